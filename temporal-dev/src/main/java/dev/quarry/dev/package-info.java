/** The whole stack on one machine, for the demo, for development and for end-to-end tests. */
@NullMarked
package dev.quarry.dev;

import org.jspecify.annotations.NullMarked;
