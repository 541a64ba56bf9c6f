package dev.quarry.workflow;

/** Where a run stands; all but LIVE are final. */
public enum RunState {
    LIVE,
    COMPLETED,
    COMPLETED_WITH_FAILURES,
    CANCELLED,
    ABORTED
}
