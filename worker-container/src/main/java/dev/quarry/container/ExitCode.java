package dev.quarry.container;

/** How the agent ends; the first evidence of what happened to an attempt (design.md section 6). */
public enum ExitCode {
    ALL_REPORTED(0),
    CLAIM_REFUSED(10),
    NOTHING_CLAIMED(11), // the API could not be reached before the claim
    BAD_CONFIGURATION(12),
    API_UNREACHABLE(13),
    SCRATCH_FULL(20),
    OUT_OF_MEMORY_ALONE(21),
    TOLD_TO_STOP(22),
    TERMINATED(23),
    CRASHED(1);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
