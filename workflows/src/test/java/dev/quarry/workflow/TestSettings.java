package dev.quarry.workflow;

import java.time.Duration;

/** Settings of seconds and less, so that tests wait for little. */
final class TestSettings {
    static final RunSettings QUICK = new RunSettings(
            Duration.ofSeconds(3),
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            Duration.ofMillis(50),
            Duration.ofSeconds(1),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMillis(400),
            Duration.ofSeconds(5),
            2,
            3,
            8,
            500,
            300);

    static RunSettings continuingAfter(int starts, int steps) {
        return with(QUICK.longestBackoff(), QUICK.watchdog(), starts, steps);
    }

    /** With this as the longest back-off. */
    static RunSettings lookingEvery(Duration longestBackoff) {
        return with(longestBackoff, QUICK.watchdog(), QUICK.startsPerExecution(), QUICK.stepsPerExecution());
    }

    /** Nothing is found by the watchdog. */
    static RunSettings withoutWatchdog() {
        return with(QUICK.longestBackoff(), Duration.ofHours(1), QUICK.startsPerExecution(), QUICK.stepsPerExecution());
    }

    private static RunSettings with(Duration longestBackoff, Duration watchdog, int starts, int steps) {
        return new RunSettings(
                QUICK.heartbeat(),
                QUICK.jobLimit(),
                QUICK.callLimit(),
                QUICK.firstRetry(),
                QUICK.longestRetry(),
                QUICK.firstBackoff(),
                longestBackoff,
                watchdog,
                QUICK.cancelPatience(),
                QUICK.restarts(),
                QUICK.programTries(),
                QUICK.escalation(),
                starts,
                steps);
    }

    private TestSettings() {}
}
