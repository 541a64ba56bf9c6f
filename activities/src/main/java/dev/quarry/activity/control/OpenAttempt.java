package dev.quarry.activity.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What open is asked.
 *
 * @param memoryFactor times the memory that the items need; the API answers the size that comes of it
 */
public record OpenAttempt(
        String requestId,
        long after,
        @Nullable List<Integer> selected,
        boolean ticketPrivate,
        int memoryFactor,
        int diskFactor) {}
