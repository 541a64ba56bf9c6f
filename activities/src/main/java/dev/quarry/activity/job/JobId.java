package dev.quarry.activity.job;

import java.util.regex.Pattern;

/** Names a job on its cluster; the same attempt always has the same id, {@code q-<unit>-<epoch>}. */
public record JobId(String value) {
    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    public JobId {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException("not a job id (at most 64 of a-z, 0-9, -): " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
