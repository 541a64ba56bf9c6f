package dev.quarry.activity.job;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that reads jobs: those that something was heard of soon and together, and again until the cluster answers. */
final class ReadingLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadingLoop.class);
    private static final long GATHER_MILLIS = 50;
    private static final long SHORTEST_RETRY_MILLIS = 1000;
    private static final long LONGEST_RETRY_MILLIS = 30_000;

    private final JobReader reader;
    /** To be read in one call, soon. Touched by the loop only. */
    private final Set<Watch> due = new LinkedHashSet<>();

    private long retryMillis = SHORTEST_RETRY_MILLIS;

    private final ScheduledExecutorService loop =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("job-watcher"));

    ReadingLoop(JobReader reader) {
        this.reader = reader;
    }

    void readSoon(Collection<Watch> changed) {
        after(0, () -> {
            if (due.isEmpty()) {
                after(GATHER_MILLIS, this::readDue);
            }
            due.addAll(changed);
        });
    }

    private void readDue() {
        List<Watch> now = List.copyOf(due);
        due.clear();
        List<Watch> unread = reader.read(now);
        if (unread.isEmpty()) {
            retryMillis = SHORTEST_RETRY_MILLIS;
        } else {
            after(retryMillis, () -> readSoon(unread));
            retryMillis = Math.min(2 * retryMillis, LONGEST_RETRY_MILLIS);
        }
    }

    void every(Duration interval, Runnable task) {
        long millis = interval.toMillis();
        ScheduledFuture<?> unused = loop.scheduleWithFixedDelay(guarded(task), millis, millis, TimeUnit.MILLISECONDS);
    }

    void after(long millis, Runnable task) {
        try {
            ScheduledFuture<?> unused = loop.schedule(guarded(task), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("the watcher is closed");
        }
    }

    /** An exception would end a schedule for good. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.warn("cannot read jobs: {}; trying again", e.toString());
            }
        };
    }

    @Override
    public void close() {
        loop.shutdownNow();
    }
}
