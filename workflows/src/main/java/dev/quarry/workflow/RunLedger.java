package dev.quarry.workflow;

import io.temporal.activity.ActivityInterface;
import java.util.List;

/**
 * The run's side of the control API. Every call is safe to repeat; what is refused for good (4xx) fails without retry, what may
 * pass (5xx, no connection) is retried by Temporal. Jobs that an answer lists as stray are stopped before the call returns.
 */
@ActivityInterface
public interface RunLedger {
    /** Opens the run of this chain, or joins it. Fails for good if a younger chain has the store. */
    OpenedRun openRun(OpenRun request);

    /** Lists and compares for up to ten seconds. {@code seq} is the next one; one that was used before lists nothing. */
    RunTotals advance(String run, long seq);

    /**
     * Packs pending files and takes up to {@code max} (1 to 100) units. {@code seq} is the next one; one that was used before gives the open
     * units of the first number from it on that has some.
     */
    UnitPage takeUnits(String run, long seq, int max);

    /** One chunk of closing the run; call again until it is finished. */
    CloseAnswer closeRun(String run, boolean cancelled);

    /** Finds out about up to 200 silent units; fences those that nobody looks after (protocol.md section 5). */
    WatchReport watch(String run, List<WatchedUnit> units);
}
