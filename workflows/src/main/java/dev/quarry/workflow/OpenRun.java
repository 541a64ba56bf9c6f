package dev.quarry.workflow;

import org.jspecify.annotations.Nullable;

/**
 * Opens the run of a workflow chain, or joins it.
 *
 * @param firstExecutionRunId run id of the chain's first execution: the key of the run
 * @param chainStartedAtMillis start of that execution by Temporal's clock, in ms since 1970
 * @param dispatch false: list and compare only
 * @param keyList keys that the run looks at, by the API's id; null: the whole store
 */
public record OpenRun(
        String workflowId,
        String firstExecutionRunId,
        long chainStartedAtMillis,
        boolean dispatch,
        @Nullable String keyList) {}
