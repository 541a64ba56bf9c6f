package dev.quarry.proxy.run;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run's counts; totals, never deltas. {@code listed = indexed + noContent + unchanged + moved + filtered + failed + pending} at every moment,
 * where {@code pending} holds {@code reported}, what jobs under way say is done, and {@code failed} holds {@code carried} and files given up when the run was cancelled.
 * {@code keys} is how many the run was told to look at, if not at the whole store.
 * {@code vanished} files are no longer in the store, and are in no sum: {@code deletion} says whether they go.
 */
public record RunTotals(
        UUID run,
        String store,
        String workflowId,
        int generation,
        RunState state,
        boolean dispatch,
        @Nullable Long keys,
        boolean paused,
        @Nullable Waiting waiting,
        boolean listingComplete,
        boolean gaps,
        long listed,
        long indexed,
        long noContent,
        long unchanged,
        long moved,
        long filtered,
        long failed,
        long carried,
        long deleted,
        long vanished,
        Deletion.@Nullable Decision deletion,
        long pending,
        long unpacked,
        long reported,
        long units,
        long attempts,
        long bytesListed,
        long bytesDone,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Boolean balanced,
        @Nullable String imbalance,
        List<String> warnings) {
    /**
     * The store does not answer; everything is tried again until it does.
     *
     * @param since it did
     * @param asked when it was asked last
     * @param reason for people
     */
    public record Waiting(Instant since, Instant asked, String reason) {}
}
