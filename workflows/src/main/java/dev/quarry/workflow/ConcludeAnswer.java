package dev.quarry.workflow;

import java.util.List;

/** What conclude and fence answer. */
public record ConcludeAnswer(Answer answer, long epoch, boolean done, List<Integer> missing) {
    /** STALE: the unit has another epoch than the caller knew, nothing was changed. */
    public enum Answer {
        OK,
        DONE,
        STALE
    }
}
