package dev.quarry.workflow;

import org.jspecify.annotations.Nullable;

/**
 * A run's input.
 *
 * @param dispatch false: list and compare only; null is true
 * @param carried what an execution hands to the next one of its chain; null at the start
 */
public record IndexRequest(
        @Nullable Boolean dispatch, @Nullable Carried carried) {
    boolean dispatches() {
        return dispatch == null || dispatch;
    }
}
