package dev.quarry.activity;

/** Temporal's word on whether a workflow is there. */
@FunctionalInterface
interface Children {
    /** False if the workflow's newest execution is closed, or there is none. */
    boolean isRunning(String workflowId);
}
