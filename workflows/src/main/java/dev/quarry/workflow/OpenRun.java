package dev.quarry.workflow;

/**
 * Opens the run of a workflow chain, or joins it.
 *
 * @param firstExecutionRunId run id of the chain's first execution: the key of the run
 * @param chainStartedAtMillis start of that execution by Temporal's clock, in ms since 1970
 * @param dispatch false: list and compare only
 */
public record OpenRun(String workflowId, String firstExecutionRunId, long chainStartedAtMillis, boolean dispatch) {}
