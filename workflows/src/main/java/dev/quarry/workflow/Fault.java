package dev.quarry.workflow;

import org.jspecify.annotations.Nullable;

/** Whose fault it was that an attempt left items missing (design.md section 7): that decides what is tried next. */
enum Fault {
    /** A crash: an item's fault if there are suspects, else the program's. */
    CRASH,
    /** The job ran too long, or was silent too long and had to be stopped. */
    OVERTIME,
    MEMORY,
    DISK,
    /** The node, the scheduler, the network, an operator: tried as often as it takes. */
    CLUSTER,
    /** The cluster will never run a job like this. */
    REJECTED,
    /** The agent said that all was well, or that it is set up badly. */
    PROGRAM;

    // Agent exit codes, design.md section 6.
    private static final int CLAIM_REFUSED = 10;
    private static final int API_NEVER_REACHED = 11;
    private static final int BAD_CONFIGURATION = 12;
    private static final int API_LOST = 13;
    private static final int SCRATCH_FULL = 20;
    private static final int EXTRACTOR_OUT_OF_MEMORY = 21;
    private static final int TOLD_TO_STOP = 22;
    private static final int TERMINATED = 23;

    /** The fault behind an end that left items missing. No end: the attempt was closed by somebody else. */
    static Fault of(JobResult result) {
        JobEnd end = result.end();
        if (end == null) {
            return CLUSTER;
        }
        if (result.rejected()) {
            return REJECTED;
        }
        return switch (end.state()) {
            case SUCCEEDED -> PROGRAM;
            case FAILED -> ofExit(end.exitCode());
            case OUT_OF_MEMORY -> MEMORY;
            case DISK_FULL -> DISK;
            case TIMED_OUT -> OVERTIME;
            case NOT_PLACED, LOST, STOPPED -> CLUSTER;
        };
    }

    private static Fault ofExit(@Nullable Integer exitCode) {
        if (exitCode == null) {
            return CRASH;
        }
        return switch (exitCode) {
            case 0, BAD_CONFIGURATION -> PROGRAM;
            case SCRATCH_FULL -> DISK;
            case EXTRACTOR_OUT_OF_MEMORY -> MEMORY;
            case CLAIM_REFUSED, API_NEVER_REACHED, API_LOST, TOLD_TO_STOP, TERMINATED -> CLUSTER;
            default -> CRASH;
        };
    }
}
