package dev.quarry.activity.job;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads those jobs that something was heard of, soon and together, and again until the cluster answers. One thread keeps the books and never waits;
 * a few wait for answers, so that a job's end is not held up by the reading of others, and what comes while all of them wait is read together.
 */
final class ReadingLoop implements AutoCloseable {
    /** Readings under way at once, of those that something was heard of. */
    static final int READINGS = 4;

    private static final Logger LOG = LoggerFactory.getLogger(ReadingLoop.class);
    private static final long GATHER_MILLIS = 50;
    private static final long SHORTEST_RETRY_MILLIS = 1000;
    private static final long LONGEST_RETRY_MILLIS = 30_000;

    private final JobReader reader;
    private final BiConsumer<Watch, JobStatus> heard;
    /** To be read in one call, soon. As all that changes here it is touched by the loop only. */
    private final Set<Watch> due = new LinkedHashSet<>();

    private final Set<Watch> beingRead = new HashSet<>();
    private boolean gathering;
    private int readings;
    private long retryMillis = SHORTEST_RETRY_MILLIS;

    private final ScheduledExecutorService loop =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("job-watcher"));
    private final ExecutorService readers = Executors.newFixedThreadPool(READINGS + 1, Daemons.named("job-reader"));

    /** @param heard told by the loop what the cluster says of each job */
    ReadingLoop(JobReader reader, BiConsumer<Watch, JobStatus> heard) {
        this.reader = reader;
        this.heard = heard;
    }

    void readSoon(Collection<Watch> changed) {
        after(0, () -> {
            due.addAll(changed);
            gather();
        });
    }

    /** What is being read is read again only afterwards, if that does not end it: an end may be told twice. */
    private void gather() {
        if (!gathering && readings < READINGS && !beingRead.containsAll(due)) {
            gathering = true;
            after(GATHER_MILLIS, this::readDue);
        }
    }

    private void readDue() {
        gathering = false;
        List<Watch> now =
                due.stream().filter(watch -> !beingRead.contains(watch)).toList();
        now.forEach(due::remove);
        beingRead.addAll(now);
        readings++;
        aside(() -> reader.read(now), reading -> {
            readings--;
            now.forEach(beingRead::remove);
            if (reading != null) {
                reading.said().forEach(heard);
            }
            again(reading == null ? now : reading.unread());
            due.removeIf(watch -> !watch.isAwaited());
            gather();
        });
    }

    /** Has the loop hear what a reading says, before all that it is given later. */
    void hear(JobReader.Reading reading) {
        after(0, () -> reading.said().forEach(heard));
    }

    private void again(List<Watch> unread) {
        if (unread.isEmpty()) {
            retryMillis = SHORTEST_RETRY_MILLIS;
        } else {
            after(retryMillis, () -> readSoon(unread));
            retryMillis = Math.min(2 * retryMillis, LONGEST_RETRY_MILLIS);
        }
    }

    /**
     * Asks again and again, that long after the answer before.
     *
     * @param ask may wait
     * @param answered called by the loop
     */
    <T> void every(Duration interval, Supplier<T> ask, Consumer<T> answered) {
        after(
                interval.toMillis(),
                () -> aside(ask, answer -> {
                    every(interval, ask, answered);
                    if (answer != null) {
                        answered.accept(answer);
                    }
                }));
    }

    /** @param then called by the loop with the answer; null if there is none */
    private <T> void aside(Supplier<T> ask, Consumer<@Nullable T> then) {
        CompletableFuture<T> unused = CompletableFuture.supplyAsync(ask, readers)
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        LOG.warn("cannot read jobs; trying again", failure);
                    }
                    after(0, () -> then.accept(answer));
                });
    }

    void after(long millis, Runnable task) {
        try {
            ScheduledFuture<?> unused = loop.schedule(guarded(task), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("the watcher is closed");
        }
    }

    /** An exception would go unseen. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RejectedExecutionException closed) {
                LOG.debug("the watcher is closed");
            } catch (RuntimeException e) {
                LOG.warn("cannot follow jobs; trying again", e);
            }
        };
    }

    @Override
    public void close() {
        loop.shutdownNow();
        readers.shutdownNow();
    }
}
