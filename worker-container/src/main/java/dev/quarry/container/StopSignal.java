package dev.quarry.container;

import java.util.concurrent.CompletableFuture;

/** The first reason to stop wins; everybody can wait for it. */
public final class StopSignal {
    private final CompletableFuture<StopException> reason = new CompletableFuture<>();

    public void stop(StopException why) {
        reason.complete(why);
    }

    /** For a thread's own end: what is not a reason to stop becomes one, since no thread of the agent is dispensable. */
    public void crashed(Throwable thrown) {
        stop(
                thrown instanceof StopException
                        ? (StopException) thrown
                        : new StopException(ExitCode.CRASHED, "The agent itself failed: " + thrown));
    }

    public boolean isRaised() {
        return reason.isDone();
    }

    public CompletableFuture<StopException> reason() {
        return reason;
    }
}
