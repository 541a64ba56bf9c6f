package dev.quarry.activity.job;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says of every job, in time, that it is looked after. On threads of its own: a cluster that hangs must not look like a dead worker. */
final class Heartbeats implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
    private static final int THREADS = 4;

    /** Who is told what the heartbeats found out. */
    interface Listener {
        void felt(Watch watch, Waiter.Pulse pulse);

        /** The job's waiter may be called by others again. */
        void free(Watch watch);
    }

    private final Listener listener;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("job-heartbeat-clock"));
    private final ExecutorService beats = Executors.newFixedThreadPool(THREADS, Daemons.named("job-heartbeat"));

    /** @param watches all jobs, at any time */
    Heartbeats(Duration interval, Collection<Watch> watches, Listener listener) {
        this.listener = listener;
        long millis = interval.toMillis();
        ScheduledFuture<?> unused =
                clock.scheduleWithFixedDelay(() -> watches.forEach(this::beat), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** One more now, unless its waiter is being called. */
    void beat(Watch watch) {
        if (watch.over || !watch.busy.compareAndSet(false, true)) {
            return;
        }
        try {
            beats.execute(() -> say(watch));
        } catch (RejectedExecutionException closed) {
            watch.busy.set(false);
        }
    }

    private void say(Watch watch) {
        try {
            listener.felt(watch, watch.waiter.heartbeat(watch.job.id(), watch.shownHandle()));
        } catch (RuntimeException e) {
            LOG.warn("heartbeat of job {}: {}; trying again", watch.job.id(), e.toString());
        } finally {
            watch.busy.set(false);
            listener.free(watch);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        beats.shutdownNow();
    }
}
