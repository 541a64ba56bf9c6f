package dev.quarry.proxy.limit;

import dev.quarry.proxy.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Bodies of results and artifacts under way: of one attempt some at once and one largest body's bytes, of all together a part of the heap, however many clients
 * send. What a body takes is counted as it arrives, so that announcing one takes nothing.
 */
@Component
public class Uploads {
    /** Bytes of a body. */
    public static final int LARGEST = 32 * 1024 * 1024;

    private static final long MEBIBYTE = 1024 * 1024;
    /** A largest body, and small ones beside it. */
    private static final long OF_ONE_ATTEMPT = LARGEST + MEBIBYTE;

    private static final int AT_ONCE = 8;
    /** Less than what a largest line may become while it is read would refuse it for ever. */
    private static final long LEAST_FOR_READING = 112 * MEBIBYTE;

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int PATIENCE_OF_CALLS = 10;

    private final ConcurrentHashMap<UUID, Attempt> attempts = new ConcurrentHashMap<>();
    private final MemoryBudget bodies;
    private final MemoryBudget reading;

    Uploads() {
        long heap = Runtime.getRuntime().maxMemory();
        bodies = new MemoryBudget(Math.max(2 * OF_ONE_ATTEMPT, heap / 8), PATIENCE);
        reading = new MemoryBudget(Math.max(LEAST_FOR_READING, heap / 8), PATIENCE.multipliedBy(5));
    }

    private static final class Attempt {
        private final Semaphore calls = new Semaphore(AT_ONCE, true);
        private final MemoryBudget bytes = new MemoryBudget(OF_ONE_ATTEMPT, PATIENCE);
        private int users;
    }

    /** Memory that is given back when this is closed. */
    public interface Taken extends AutoCloseable {
        @Override
        void close();
    }

    /** Begins to read a body. @throws Problem 429 too_many if the attempt has too many under way, and they do not end */
    public Upload begin(UUID id) {
        Attempt attempt = attempts.compute(id, (same, known) -> {
            Attempt used = known == null ? new Attempt() : known;
            used.users++;
            return used;
        });
        boolean begun = false;
        try {
            begun = attempt.calls.tryAcquire(PATIENCE_OF_CALLS, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            if (!begun) {
                leave(id);
            }
        }
        if (!begun) {
            throw new Problem(
                    HttpStatus.TOO_MANY_REQUESTS,
                    "too_many",
                    "the attempt has " + AT_ONCE + " bodies under way; send them one after the other",
                    1);
        }
        return new Upload(id, attempt);
    }

    private void leave(UUID id) {
        attempts.compute(id, (same, attempt) -> attempt == null || --attempt.users == 0 ? null : attempt);
    }

    /** What reading and writing of parsed lines may take. @throws Problem 503 busy if that much does not become free */
    public Taken reading(long bytes) {
        reading.take(bytes);
        return () -> reading.giveBack(bytes);
    }

    /** One body under way, of one thread. */
    public final class Upload implements Taken {
        private final UUID id;
        private final Attempt attempt;
        private final List<Long> taken = new ArrayList<>();

        private Upload(UUID id, Attempt attempt) {
            this.id = id;
            this.attempt = attempt;
        }

        /** Before so many more bytes are kept. @throws Problem 503 busy if that much does not become free */
        public void take(long bytes) {
            attempt.bytes.take(bytes);
            try {
                bodies.take(bytes);
            } catch (Problem busy) {
                attempt.bytes.giveBack(bytes);
                throw busy;
            }
            taken.add(bytes);
        }

        @Override
        public void close() {
            for (long bytes : taken) {
                bodies.giveBack(bytes);
                attempt.bytes.giveBack(bytes);
            }
            taken.clear();
            attempt.calls.release();
            leave(id);
        }
    }
}
