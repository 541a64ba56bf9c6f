package dev.quarry.proxy.limit;

import dev.quarry.proxy.problem.Problem;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.http.HttpStatus;

/** Memory that calls may take together. Who finds none waits a little, and is then told to come again. */
final class MemoryBudget {
    /** Semaphores count to 2^31: in kibibytes that is enough. */
    private static final int UNIT = 1024;

    private final Semaphore units;
    private final Duration patience;

    MemoryBudget(long bytes, Duration patience) {
        this.units = new Semaphore(units(bytes), true);
        this.patience = patience;
    }

    /** @throws Problem 503 busy if that much does not become free */
    void take(long bytes) {
        try {
            if (!units.tryAcquire(units(bytes), patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Problem(
                        HttpStatus.SERVICE_UNAVAILABLE, "busy", "too many large bodies at once; send it again", 1);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Problem(HttpStatus.SERVICE_UNAVAILABLE, "busy", "this process stops; send it again", 1);
        }
    }

    void giveBack(long bytes) {
        units.release(units(bytes));
    }

    private static int units(long bytes) {
        return Math.toIntExact((bytes + UNIT - 1) / UNIT);
    }
}
