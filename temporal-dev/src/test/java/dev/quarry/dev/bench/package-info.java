@NullMarked
package dev.quarry.dev.bench;

import org.jspecify.annotations.NullMarked;
