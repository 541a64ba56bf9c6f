@NullMarked
package dev.quarry.dev.client;

import org.jspecify.annotations.NullMarked;
