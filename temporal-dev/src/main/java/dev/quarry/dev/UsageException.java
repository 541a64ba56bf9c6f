package dev.quarry.dev;

/** Something the caller must put right; the message says what and how. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
