/** What {@code ./quarry demo}, {@code search} and {@code token} do. */
@NullMarked
package dev.quarry.dev.demo;

import org.jspecify.annotations.NullMarked;
