package dev.quarry.dev.demo;

import dev.quarry.dev.Reason;
import dev.quarry.dev.client.ApiException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** How long an API is asked again that does not answer: its database may be silent for a while, and a run goes on meanwhile. */
final class Unanswered {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int OWN_FAULT = 500;

    private final ProgressDisplay display;
    private final BooleanSupplier comesBack;
    private OptionalLong since = OptionalLong.empty();

    interface Call<T> {
        T make() throws IOException, InterruptedException;
    }

    /** @param comesBack whether the API may still answer; one that has ended never will */
    Unanswered(ProgressDisplay display, BooleanSupplier comesBack) {
        this.display = display;
        this.comesBack = comesBack;
    }

    /**
     * The answer; empty if there was none and another try is worth it.
     *
     * @throws IOException if the API refused the call, or has not answered for too long
     */
    <T> Optional<T> ask(Call<T> call) throws IOException, InterruptedException {
        try {
            T answer = call.make();
            since = OptionalLong.empty();
            return Optional.of(answer);
        } catch (IOException e) {
            if (!mayPass(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private boolean mayPass(IOException e) {
        if (e instanceof ApiException refused && refused.status() < OWN_FAULT || !comesBack.getAsBoolean()) {
            return false;
        }
        long now = System.nanoTime();
        if (since.isEmpty()) {
            since = OptionalLong.of(now);
            display.stage("the API does not answer, and is asked again: " + Reason.of(e));
        }
        return now - since.getAsLong() < PATIENCE.toNanos();
    }
}
