package dev.quarry.proxy;

import java.time.Duration;

/** Refuses settings that are too small to work with. */
public final class AtLeast {
    /** What timers count in: less is nothing to them. */
    public static final Duration MILLISECOND = Duration.ofMillis(1);

    public static final Duration SECOND = Duration.ofSeconds(1);

    private AtLeast() {}

    /** @throws IllegalArgumentException that names the variable */
    public static void check(String variable, long value, long least) {
        if (value < least) {
            throw tooSmall(variable, value, least);
        }
    }

    /** @throws IllegalArgumentException that names the variable */
    public static void check(String variable, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            throw tooSmall(variable, value, least);
        }
    }

    private static IllegalArgumentException tooSmall(String variable, Object value, Object least) {
        return new IllegalArgumentException(variable + " is " + value + "; set it to " + least + " or more");
    }
}
