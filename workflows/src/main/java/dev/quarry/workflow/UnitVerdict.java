package dev.quarry.workflow;

/**
 * What the watchdog found out about one unit.
 *
 * @param epoch the unit's epoch; with RESTART what the new FileWorkflow begins after
 */
public record UnitVerdict(String unit, Finding finding, long epoch) {
    /** What the run does about it. */
    public enum Finding {
        /** Concluded, or unknown to the API: forget it. */
        RELEASE,
        /** Nobody looked after it; it has been fenced. */
        RESTART,
        /** Somebody looks after it. */
        ALIVE
    }
}
