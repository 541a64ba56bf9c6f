package dev.quarry.activity.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What open answers, protocol.md section 2.
 *
 * @param attempt with OPEN and CLOSED
 * @param retryAfterMillis with REFUSED
 */
public record OpenAnswer(
        Answer answer,
        long epoch,
        @Nullable Attempt attempt,
        @Nullable Long retryAfterMillis,
        @Nullable String reason,
        List<StopJob> stopList) {
    /** The answers of the protocol. */
    public enum Answer {
        OPEN,
        CLOSED,
        DONE,
        RUN_CLOSED,
        STALE,
        REFUSED,
        EMPTY
    }
}
