package dev.quarry.activity;

import java.time.Duration;

/** Refuses settings that are too small to work with. */
final class AtLeast {
    private AtLeast() {}

    /** @throws IllegalArgumentException that names the setting */
    static void check(String setting, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(setting + " is " + value + "; set it to " + least + " or more");
        }
    }

    /** @throws IllegalArgumentException that names the setting */
    static void check(String setting, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            throw new IllegalArgumentException(setting + " is " + value + "; set it to " + least + " or more");
        }
    }
}
