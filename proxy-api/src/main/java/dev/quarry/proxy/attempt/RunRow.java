package dev.quarry.proxy.attempt;

import java.util.UUID;

/** What an attempt needs to know of its run. */
record RunRow(
        UUID id,
        int generation,
        boolean live,
        boolean paused,
        String workflowId,
        String tenantName,
        String storeName,
        String extractorSet) {}
