package dev.quarry.workflow;

import org.jspecify.annotations.Nullable;

/**
 * What became of one attempt.
 *
 * @param epoch the unit's epoch
 * @param files items of the attempt; 0 if there was none
 * @param end with ENDED: how the job ended
 * @param rejected the cluster said that it will never run this job
 */
public record JobResult(
        Answer answer, long epoch, int files, @Nullable JobEnd end, boolean rejected) {
    /** The answers of protocol.md section 3. */
    public enum Answer {
        ENDED,
        CLOSED,
        DONE,
        RUN_CLOSED,
        STALE,
        EMPTY
    }
}
