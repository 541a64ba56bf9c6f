package dev.quarry.container;

/** The whole agent has to end with this exit code; no item can go on. */
public final class StopException extends RuntimeException {
    private final ExitCode exitCode;

    public StopException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
