package dev.quarry.workflow;

/**
 * The run that a chain works on.
 *
 * @param window units in flight at most
 * @param settings the worker's time-outs and limits, recorded here so that a replay sees the same
 */
public record OpenedRun(
        String run, String tenant, String store, long generation, RunState state, int window, RunSettings settings) {
    /** The id of the FileWorkflow of a unit of this run. */
    public String fileWorkflowId(long unitNumber) {
        return "index/" + tenant + "/" + store + "/g" + generation + "/u" + unitNumber;
    }
}
