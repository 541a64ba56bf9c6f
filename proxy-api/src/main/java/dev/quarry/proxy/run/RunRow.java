package dev.quarry.proxy.run;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A run as its row has it.
 *
 * @param keyList keys that it looks at, and at nothing else; empty: the whole store
 * @param extractorSet fingerprint of the registered lanes when the run was opened
 * @param advanceSeq number of the last {@code advance}
 * @param unitsSeq number of the last {@code takeUnits}
 */
public record RunRow(
        UUID id,
        UUID store,
        int generation,
        String workflowId,
        Instant chainStartedAt,
        RunState state,
        boolean dispatch,
        Optional<UUID> keyList,
        boolean paused,
        boolean cancelled,
        Optional<Deletion.Decision> deletion,
        String extractorSet,
        boolean listingComplete,
        int advanceSeq,
        int unitsSeq,
        int nextUnit) {}
