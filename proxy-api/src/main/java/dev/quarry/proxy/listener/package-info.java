/** Listeners of one process: which API is served on which port. */
@NullMarked
package dev.quarry.proxy.listener;

import org.jspecify.annotations.NullMarked;
