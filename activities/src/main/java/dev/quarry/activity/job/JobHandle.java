package dev.quarry.activity.job;

/** Where a backend finds a job again: a Nomad job id, a task ARN, a directory. Never a secret: it is saved and shown. */
public record JobHandle(String value) {
    public JobHandle {
        if (value.isBlank() || value.length() > 2048) {
            throw new IllegalArgumentException("a handle has 1 to 2048 characters, not " + value.length());
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
