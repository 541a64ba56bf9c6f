/** What {@code ./quarry bench} measures. */
@NullMarked
package dev.quarry.dev.bench;

import org.jspecify.annotations.NullMarked;
