package dev.quarry.workflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a unit.
 *
 * @param requestId drawn by the workflow for this attempt
 * @param after the unit's epoch as the workflow knows it
 * @param selected item numbers; null is all
 * @param memoryFactor times the memory that the items need, up to the largest node
 * @param diskFactor times their disk
 */
public record JobRequest(
        String unit,
        String requestId,
        long after,
        @Nullable List<Integer> selected,
        int memoryFactor,
        int diskFactor) {}
