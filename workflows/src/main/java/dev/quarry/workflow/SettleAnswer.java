package dev.quarry.workflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an attempt left behind.
 *
 * @param missing items of the unit without an outcome that counts
 * @param suspects items that were started, not done, and are still missing
 * @param putBack items that the store would not give or had changed, and that are to be tried again; null is none
 */
public record SettleAnswer(
        long epoch,
        boolean done,
        boolean proven,
        List<Integer> missing,
        List<Integer> suspects,
        @Nullable List<Integer> putBack) {
    /** The API says so a bounded number of times of each item. */
    boolean waitsForTheStore() {
        return putBack != null && !putBack.isEmpty();
    }
}
