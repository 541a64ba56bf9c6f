/** What the worker process runs: activity implementations and the ports to schedulers. */
@NullMarked
package dev.quarry.activity;

import org.jspecify.annotations.NullMarked;
