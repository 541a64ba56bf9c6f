package dev.quarry.proxy.attempt;

/** Where an attempt stands. It is open while PENDING or RUNNING; closing it is one way. */
public enum AttemptState {
    PENDING,
    RUNNING,
    SETTLED,
    CANCELLED;

    public boolean isOpen() {
        return switch (this) {
            case PENDING, RUNNING -> true;
            case SETTLED, CANCELLED -> false;
        };
    }
}
