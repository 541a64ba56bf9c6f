/** The extractor's side of the warm protocol: a loop over stdin, one JSON line a file. */
@NullMarked
package dev.quarry.container.warm;

import org.jspecify.annotations.NullMarked;
