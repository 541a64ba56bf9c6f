package dev.quarry.activity.job;

import org.jspecify.annotations.Nullable;

/**
 * One reading of a job's state.
 *
 * @param exitCode the program's own exit code, if it ended by itself and the backend knows it
 * @param reason the cluster's own words, for people, never parsed
 */
public record JobStatus(
        State state, @Nullable Integer exitCode, @Nullable String reason) {
    /** The states that a backend can tell. */
    public enum State {
        /** The cluster has the job and has not started it. */
        PENDING,
        RUNNING,
        /** Exit code 0. Final. */
        SUCCEEDED,
        /** Another exit code, or a signal that nobody of ours sent. Final. */
        FAILED,
        /** The cluster ended it for its memory. Final. */
        OUT_OF_MEMORY,
        /** The cluster ended it for its disk. Final. */
        DISK_FULL,
        /** It ran longer than its spec allows. Final. */
        TIMED_OUT,
        /** The cluster gave up placing it. Final. */
        NOT_PLACED,
        /** Its node or its traces are gone. Final. */
        LOST,
        /** It was stopped by {@link JobBackend#stop}, before or while it ran. Final. */
        STOPPED,
        /** The cluster does not know the job, now. */
        UNKNOWN;

        public boolean isFinal() {
            return switch (this) {
                case PENDING, RUNNING, UNKNOWN -> false;
                case SUCCEEDED, FAILED, OUT_OF_MEMORY, DISK_FULL, TIMED_OUT, NOT_PLACED, LOST, STOPPED -> true;
            };
        }
    }

    public static JobStatus of(State state) {
        return new JobStatus(state, null, null);
    }

    public static JobStatus of(State state, String reason) {
        return new JobStatus(state, null, reason);
    }
}
