package dev.quarry.workflow;

import org.jspecify.annotations.Nullable;

/**
 * How far one chunk of closing a run got. The jobs that it listed have been told to stop.
 *
 * @param waits for a person to say whether so much is to be deleted; null is false
 */
public record CloseAnswer(boolean finished, @Nullable Boolean waits, RunTotals totals) {
    boolean isWaiting() {
        return Boolean.TRUE.equals(waits);
    }
}
