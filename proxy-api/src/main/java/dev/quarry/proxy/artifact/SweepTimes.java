package dev.quarry.proxy.artifact;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When artifacts' bytes that nothing names any more are deleted.
 *
 * @param grace time since they were last put; much longer than any upload takes, and than clocks differ
 */
public record SweepTimes(
        @DefaultValue("24h") Duration every,
        @DefaultValue("24h") Duration grace) {
    public SweepTimes {
        if (every.compareTo(Duration.ofMinutes(1)) < 0 || grace.compareTo(Duration.ofHours(1)) < 0) {
            throw new IllegalArgumentException("quarry.sweep: every is " + every + " and grace is " + grace
                    + "; set at least 1m and 1h, such as 24h both");
        }
    }
}
