/** Makes class-data archives at build time; nothing of it runs in a job. */
@NullMarked
package dev.quarry.container.train;

import org.jspecify.annotations.NullMarked;
