/** The documents that the demo and the benches index when they are given none. */
@NullMarked
package dev.quarry.dev.corpus;

import org.jspecify.annotations.NullMarked;
