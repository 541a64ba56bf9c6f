package dev.quarry.workflow;

import io.temporal.activity.ActivityInterface;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The unit's side of the control API, protocol.md section 2. Safe to repeat. The jobs on an answer's stop list are told to stop
 * after the API has answered and before the activity completes; so a conclude always comes before its stops.
 */
@ActivityInterface
public interface UnitLedger {
    /** Closes the attempt of this request and says what is missing. */
    SettleAnswer settle(String unit, String requestId, JobEnd end);

    /**
     * Gives items up.
     *
     * @param items null is all
     * @param after the epoch that the caller knows; null is ANY, for cancellation only
     */
    ConcludeAnswer conclude(
            String unit,
            @Nullable List<Integer> items,
            @Nullable Long after,
            FailReason outcome,
            @Nullable String detail);
}
