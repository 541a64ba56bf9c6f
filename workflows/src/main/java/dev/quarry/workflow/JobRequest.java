package dev.quarry.workflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a unit.
 *
 * @param requestId drawn by the workflow for this attempt
 * @param after the unit's epoch as the workflow knows it
 * @param selected item numbers; null is all
 * @param memoryFactor times the lane's memory; part of the request so that a retry builds the very same job
 * @param diskFactor times the lane's disk
 */
public record JobRequest(
        String unit,
        String requestId,
        long after,
        @Nullable List<Integer> selected,
        int memoryFactor,
        int diskFactor) {}
