package dev.quarry.proxy.attempt;

import org.jspecify.annotations.Nullable;

/** A job of a closed attempt that may still run: whoever reads this stops it, by its id if there is no handle. */
public record StopJob(String jobId, String tenant, @Nullable String handle) {}
