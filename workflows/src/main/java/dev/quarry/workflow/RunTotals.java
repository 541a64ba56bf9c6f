package dev.quarry.workflow;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run's books as the API last told them. Totals, never deltas. */
public record RunTotals(
        String run,
        String store,
        @Nullable String workflowId,
        long generation,
        RunState state,
        boolean paused,
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
        long pending,
        long unpacked,
        long units,
        long attempts,
        long bytesListed,
        long bytesDone,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable Boolean balanced,
        @Nullable String imbalance,
        @Nullable List<String> warnings) {}
