package dev.quarry.activity.nomad;

import dev.quarry.activity.job.Daemons;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes tickets of jobs that are over, on a thread of its own: whoever reads or stops jobs must not wait for that. */
final class UsedTickets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UsedTickets.class);
    private static final int WAITING = 10_000;
    private static final long IDLE_SECONDS = 10;
    private static final long LAST_SECONDS = 2;

    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING),
            Daemons.named("nomad-used-tickets"),
            (task, full) -> LOG.info("a used ticket is not deleted: {} are waiting, or this worker ends", WAITING));

    UsedTickets() {
        thread.allowCoreThreadTimeOut(true);
    }

    /** Soon, or never if Nomad does not keep up: a used ticket opens nothing. */
    void delete(NomadVariables variables, String job) {
        thread.execute(() -> variables.delete(job));
    }

    /** Those that are waiting still have a moment. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS)) {
                LOG.info("{} used tickets are not deleted", thread.shutdownNow().size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
