/** The port to a scheduler, and the watcher that follows all jobs of a worker. */
@NullMarked
package dev.quarry.activity.job;

import org.jspecify.annotations.NullMarked;
