/** The extractor tika, a process of its own. */
@NullMarked
package dev.quarry.container.tika;

import org.jspecify.annotations.NullMarked;
