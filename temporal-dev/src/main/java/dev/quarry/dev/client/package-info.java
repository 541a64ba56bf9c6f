/** Talks to the public API as a user's program would. */
@NullMarked
package dev.quarry.dev.client;

import org.jspecify.annotations.NullMarked;
