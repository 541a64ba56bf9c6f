package dev.quarry.proxy.attempt;

/** Why a file FAILED (design.md, section 7). Whose fault it is decides the retry within a run, and what the next run does. */
public enum FailReason {
    CORRUPT(Fault.FILE, true),
    TOO_LARGE(Fault.FILE, true),
    TIMED_OUT(Fault.FILE, true),
    NO_PROGRESS(Fault.FILE, true),
    CRASHED(Fault.FILE, true),
    EXTRACTOR_ERROR(Fault.FILE, true),
    RESULT_REJECTED(Fault.FILE, true),
    OUT_OF_MEMORY(Fault.SIZE, false),
    DISK_FULL(Fault.SIZE, false),
    NOT_PLACED(Fault.CLUSTER, false),
    CANCELLED(Fault.CLUSTER, false),
    NOT_READABLE(Fault.STORE, true),
    CHANGED_WHILE_READING(Fault.STORE, true),
    ARCHIVED(Fault.STORE, true);

    /** Who is to blame. */
    public enum Fault {
        FILE,
        SIZE,
        CLUSTER,
        STORE
    }

    private final Fault fault;
    private final boolean agentMaySay;

    FailReason(Fault fault, boolean agentMaySay) {
        this.fault = fault;
        this.agentMaySay = agentMaySay;
    }

    public Fault fault() {
        return fault;
    }

    /** Whether an agent may give it; the others are decided outside of the container. */
    public boolean agentMaySay() {
        return agentMaySay;
    }
}
