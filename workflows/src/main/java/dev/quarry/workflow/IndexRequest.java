package dev.quarry.workflow;

import org.jspecify.annotations.Nullable;

/**
 * A run's input.
 *
 * @param dispatch false: list and compare only; null is true
 * @param keyList id of a list of keys that the API keeps: the run looks at those alone; null is the whole store
 * @param carried what an execution hands to the next one of its chain; null at the start
 */
public record IndexRequest(
        @Nullable Boolean dispatch,
        @Nullable String keyList,
        @Nullable Carried carried) {
    /** A run of a whole store. */
    public static final IndexRequest PLAIN = new IndexRequest(null, null, null);

    boolean dispatches() {
        return dispatch == null || dispatch;
    }
}
