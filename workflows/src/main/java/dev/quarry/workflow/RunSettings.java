package dev.quarry.workflow;

import java.time.Duration;

/**
 * Time-outs and limits of the workflows. The worker reads them from its environment and hands them over in the answer of
 * {@link RunLedger#openRun}; so they are part of the history, and a changed environment never breaks a replay.
 *
 * @param heartbeat after this silence of a worker its runJob is tried again
 * @param jobLimit longest time of one runJob execution; the next one attaches again
 * @param callLimit longest time of one call to the control API
 * @param firstRetry wait before the first retry of an activity
 * @param longestRetry longest wait between two retries of an activity
 * @param firstBackoff wait before a unit is tried again for the cluster's sake; doubles
 * @param longestBackoff where that doubling ends
 * @param watchdog how long a unit may be silent until the run looks after it
 * @param cancelPatience how long a cancelled run waits for its units
 * @param restarts how often the watchdog starts a lost FileWorkflow again before it gives its unit up
 * @param programTries attempts without any progress before a unit is given up for the program's fault
 * @param escalation largest factor of memory and disk
 * @param startsPerExecution units started before a run continues as new
 * @param stepsPerExecution other steps before a run continues as new
 */
public record RunSettings(
        Duration heartbeat,
        Duration jobLimit,
        Duration callLimit,
        Duration firstRetry,
        Duration longestRetry,
        Duration firstBackoff,
        Duration longestBackoff,
        Duration watchdog,
        Duration cancelPatience,
        int restarts,
        int programTries,
        int escalation,
        int startsPerExecution,
        int stepsPerExecution) {

    public static final RunSettings DEFAULTS = new RunSettings(
            Duration.ofSeconds(90),
            Duration.ofHours(25),
            Duration.ofMinutes(2),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofMinutes(10),
            Duration.ofMinutes(15),
            Duration.ofMinutes(10),
            3,
            3,
            8,
            500,
            300);

    /** The wait before try {@code n} (from 1) for the cluster's sake. */
    Duration backoff(int n) {
        Duration wait = firstBackoff;
        for (int i = 1; i < n && wait.compareTo(longestBackoff) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(longestBackoff) < 0 ? wait : longestBackoff;
    }
}
