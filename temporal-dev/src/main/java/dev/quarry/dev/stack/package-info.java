/** The whole product on one machine as separate processes: for the demo, for development and for end-to-end tests. */
@NullMarked
package dev.quarry.dev.stack;

import org.jspecify.annotations.NullMarked;
