package dev.quarry.proxy.run;

/** Where a run stands. */
public enum RunState {
    LIVE,
    /** Being closed: nothing new is opened or packed. Callers are shown LIVE until the books are balanced. */
    CLOSING,
    COMPLETED,
    COMPLETED_WITH_FAILURES,
    CANCELLED,
    ABORTED;

    public boolean isOver() {
        return this != LIVE && this != CLOSING;
    }

    RunState shown() {
        return this == CLOSING ? LIVE : this;
    }
}
