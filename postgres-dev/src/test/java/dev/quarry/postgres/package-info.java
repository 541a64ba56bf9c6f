@NullMarked
package dev.quarry.postgres;

import org.jspecify.annotations.NullMarked;
