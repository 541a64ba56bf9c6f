@NullMarked
package dev.quarry.dev.stack;

import org.jspecify.annotations.NullMarked;
