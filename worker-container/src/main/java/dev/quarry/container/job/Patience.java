package dev.quarry.container.job;

import dev.quarry.container.ExitCode;
import dev.quarry.container.StopException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Waits longer and longer between tries of one call, until the API has been away for too long. */
final class Patience {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Duration limit;
    private final ExitCode exitCode;
    private long firstFailure;
    private Duration next = FIRST;

    Patience(Duration limit, ExitCode exitCode) {
        this.limit = limit;
        this.exitCode = exitCode;
    }

    /** One try of a call; the same bytes each time. */
    interface Call<T> {
        T run() throws IOException, RefusedException;
    }

    /**
     * Tries until the call is answered.
     *
     * @throws RefusedException if it was refused for good
     * @throws StopException when patience is at its end
     */
    <T> T repeat(Call<T> call) throws RefusedException {
        while (true) {
            try {
                return call.run();
            } catch (PassingException e) {
                await(e.retryAfter(), String.valueOf(e.getMessage()));
            } catch (IOException e) {
                await(Duration.ZERO, e.toString());
            }
        }
    }

    /** Called when a try got somewhere: the clock starts anew. */
    void progress() {
        firstFailure = 0;
        next = FIRST;
    }

    /** @param atLeast what the server asked for with Retry-After, or zero */
    private void await(Duration atLeast, String why) {
        long now = System.nanoTime();
        if (firstFailure == 0) {
            firstFailure = now;
        }
        if (now - firstFailure >= limit.toNanos()) {
            throw new StopException(exitCode, "The job API was away for more than " + limit + ": " + why);
        }
        long jittered = (long) (next.toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1.0));
        sleep(Math.max(jittered, Math.min(atLeast.toMillis(), LONGEST.toMillis() * 6)));
        next = next.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : next.multipliedBy(2);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StopException(ExitCode.TERMINATED, "Interrupted while waiting for the job API");
        }
    }
}
