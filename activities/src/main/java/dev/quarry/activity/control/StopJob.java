package dev.quarry.activity.control;

import org.jspecify.annotations.Nullable;

/** A job of a closed attempt that may still run: whoever reads this stops it. */
public record StopJob(String jobId, String tenant, @Nullable String handle) {}
