package dev.quarry.activity.job;

import dev.quarry.workflow.JobEnd;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Completions and stops of jobs, which may block for long: on threads of their own. */
final class Errands {
    private static final Logger LOG = LoggerFactory.getLogger(Errands.class);
    private static final int THREADS = 4;
    private static final long UNSAID_MILLIS = 1000;
    private static final long HAND_OVER_SECONDS = 5;

    private final JobBackend backend;
    private final Watches watches;
    private final ReadingLoop loop;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, Daemons.named("job-errand"));

    /** @param loop says an end again that could not be said */
    Errands(JobBackend backend, Watches watches, ReadingLoop loop) {
        this.backend = backend;
        this.watches = watches;
        this.loop = loop;
    }

    /** One call of a waiter at a time: a heartbeat that is under way must not come after the completion, and hands over to it. */
    void finish(Watch watch, JobEnd end) {
        watch.unsaid = end;
        if (!watch.over && watch.busy.compareAndSet(false, true)) {
            run(watch, () -> complete(watch, end));
        }
    }

    private void complete(Watch watch, JobEnd end) {
        try {
            watch.waiter.ended(end);
            watches.forget(watch);
        } finally {
            watch.busy.set(false);
            if (!watch.over) {
                loop.after(UNSAID_MILLIS, () -> finish(watch, end));
            }
        }
    }

    /** Asked again at every relist: a stop that got lost must not leave a job behind. */
    void stop(Watch watch, Watch.StopCause cause) {
        if (watch.cause() == null) {
            LOG.info("stopping job {}: {}", watch.job.id(), cause);
        }
        watch.stopFor(cause);
        run(watch, () -> stop(watch));
    }

    void cancel(Watch watch) {
        watches.forget(watch);
        run(watch, () -> {
            try {
                stop(watch);
            } finally {
                // Whoever cancelled concludes next and stops what that lists: this job again, if the stop failed.
                watch.waiter.cancelled();
            }
        });
    }

    /** Whoever waited does so no longer, or elsewhere. */
    void letGo(Watch watch) {
        watches.forget(watch);
        handOver(watch);
    }

    /** Of one that is over. */
    void handOver(Watch watch) {
        run(watch, watch.waiter::handOver);
    }

    private void stop(Watch watch) {
        backend.stop(watch.job.tenant(), watch.job.id(), watch.knownHandle());
    }

    /** The last errands: nothing else is done any more. */
    void handOverAll(List<Watch> left) {
        left.forEach(this::handOver);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(HAND_OVER_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("could not hand over every job in time; they are found after their heartbeat timeout");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }

    private void run(Watch watch, Runnable errand) {
        try {
            threads.execute(() -> {
                try {
                    errand.run();
                } catch (RuntimeException e) {
                    LOG.warn("job {}: {}; trying again", watch.job.id(), e.toString());
                }
            });
        } catch (RejectedExecutionException closed) {
            LOG.debug("job {}: the watcher is closed", watch.job.id());
        }
    }
}
