package dev.quarry.container.job;

import java.io.IOException;
import java.time.Duration;

/** A refusal that another try may overcome. */
final class PassingException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /** @param retryAfter what the server asked for, or zero */
    PassingException(Duration retryAfter, String message) {
        super(message);
        this.retryAfter = retryAfter;
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
