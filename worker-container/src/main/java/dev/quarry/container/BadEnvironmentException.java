package dev.quarry.container;

/** The job was started with an environment or extractors that cannot work; trying again will not help. */
public final class BadEnvironmentException extends RuntimeException {
    public BadEnvironmentException(String message) {
        super(message);
    }
}
