/** The extractors image and thumbnail, served by one process. */
@NullMarked
package dev.quarry.container.image;

import org.jspecify.annotations.NullMarked;
