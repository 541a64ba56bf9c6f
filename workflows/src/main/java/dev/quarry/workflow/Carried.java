package dev.quarry.workflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of a run between two executions of its chain: nothing longer than the window.
 *
 * @param walkSeq the last sequence number used with advance
 * @param packSeq the last sequence number used with takeUnits
 * @param allTaken the listing is complete and every unit was taken
 * @param watchdogAtMillis when the watchdog is due, in ms since 1970
 */
public record Carried(
        long chainStartedAtMillis,
        long walkSeq,
        long packSeq,
        boolean allTaken,
        @Nullable RunTotals totals,
        List<FlyingUnit> inFlight,
        long watchdogAtMillis) {}
