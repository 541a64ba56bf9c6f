package dev.quarry.container;

import dev.quarry.container.item.Pipeline;
import dev.quarry.container.item.Scratch;
import dev.quarry.container.job.JobApi;
import dev.quarry.container.job.RefusedException;
import dev.quarry.container.job.Usage;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Renews the token on a timer, which tells the API how far the job is, and watches memory and disk in between. */
final class Heartbeat {
    private static final long WATCH_MILLIS = 1_000;
    private static final long NEWS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final JobApi api;
    private final Pipeline pipeline;
    private final Scratch scratch;
    private final StopSignal stop;
    private final Gauge gauge = new Gauge();
    private volatile long toldMb;
    private volatile long toldAt = System.nanoTime();

    // Two threads: a renewal that waits for the API must not blind the disk watch.
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "heartbeat");
        thread.setDaemon(true);
        return thread;
    });

    Heartbeat(JobApi api, Pipeline pipeline, Scratch scratch, StopSignal stop) {
        this.api = api;
        this.pipeline = pipeline;
        this.scratch = scratch;
        this.stop = stop;
    }

    void start(Duration renewEvery) {
        every(WATCH_MILLIS, this::watch);
        every(renewEvery.toMillis(), this::renew);
    }

    private void every(long millis, Runnable task) {
        ScheduledFuture<?> scheduled = timer.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
        stop.reason().thenRun(() -> scheduled.cancel(false)).exceptionally(never -> null);
    }

    private void watch() {
        try {
            gauge.sample();
            if (isNews()) {
                timer.execute(this::renew);
            }
            if (scratch.isOverdrawn()) {
                pipeline.stopCurrent();
            }
        } catch (RuntimeException e) {
            stop.crashed(e);
        }
    }

    /** A job that is about to be killed for its memory has no last heartbeat: so growth by a quarter is told at once, or nearly. */
    private boolean isNews() {
        return gauge.peakMb() > toldMb + toldMb / 4 && System.nanoTime() - toldAt >= NEWS_NANOS;
    }

    private void renew() {
        try {
            api.renew(usage());
        } catch (RefusedException e) {
            stop.stop(new StopException(ExitCode.TOLD_TO_STOP, "The token cannot be renewed: " + e.getMessage()));
        } catch (RuntimeException e) {
            stop.crashed(e);
        }
    }

    /** What the whole job used, told once at its end; a job of a minute has no other heartbeat. */
    void last() {
        gauge.sample();
        scratch.isOverdrawn();
        api.renewOnce(usage());
    }

    private Usage usage() {
        toldMb = gauge.peakMb();
        toldAt = System.nanoTime();
        return new Usage(pipeline.itemsDone(), gauge.peakMb(), scratch.peakMb(), gauge.cpuSeconds());
    }
}
