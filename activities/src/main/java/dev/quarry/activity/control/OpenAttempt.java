package dev.quarry.activity.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What open is asked. */
public record OpenAttempt(
        String requestId, long after, @Nullable List<Integer> selected, boolean ticketPrivate) {}
