package dev.quarry.workflow;

import org.jspecify.annotations.Nullable;

/**
 * How a job ended.
 *
 * @param exitCode the agent's own exit code; null if it did not exit by itself (a signal, or nobody knows)
 * @param reason the cluster's own words, for people, never parsed
 */
public record JobEnd(
        State state, @Nullable Integer exitCode, @Nullable String reason) {
    /** What a backend, or the watcher that stopped the job for a deadline, says about the end. */
    public enum State {
        SUCCEEDED,
        FAILED,
        OUT_OF_MEMORY,
        DISK_FULL,
        TIMED_OUT,
        NOT_PLACED,
        LOST,
        STOPPED
    }

    public static JobEnd lost(String reason) {
        return new JobEnd(State.LOST, null, reason);
    }
}
