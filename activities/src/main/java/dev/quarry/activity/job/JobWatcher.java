package dev.quarry.activity.job;

import dev.quarry.workflow.JobEnd;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Follows all jobs that a worker waits for: one loop reads them in bulk, so that a waiting activity costs no thread and no call of its
 * own. Reads a job soon after its backend hints at a change, together with others, and all of them every {@code relist}. Heartbeats every job, and enforces
 * the deadlines that backends do not know: an attempt not claimed in time, silent for too long, or longer under way than it may be. A
 * job past its deadline is stopped, and its end waited for.
 */
public final class JobWatcher implements AutoCloseable {
    private static final long GAP_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final WatcherSettings settings;
    private final Watches watches = new Watches();
    private final JobReader reader;
    private final ReadingLoop loop;
    private final Errands errands;
    private final Deadlines deadlines;
    private final Heartbeats heartbeats;
    private volatile long lastGap = System.nanoTime() - GAP_NANOS;

    public JobWatcher(JobBackend backend, AttemptReader attempts, WatcherSettings settings) {
        this.settings = settings;
        reader = new JobReader(backend, watches, this::heard);
        loop = new ReadingLoop(reader);
        errands = new Errands(backend, watches, loop);
        deadlines = new Deadlines(attempts, settings.overtimeGrace(), errands::stop);
        heartbeats = new Heartbeats(settings.heartbeat(), watches.all(), new Felt());
        backend.gaps(this::gap);
        backend.changes(this::hint);
        loop.every(settings.relist(), this::relist);
    }

    /**
     * Follows a job from now on. One that is followed already gets the new waiter: the one before has been given up by Temporal.
     *
     * @param handle null if it is not known yet: the job is looked for by its id
     * @param submitted whether the caller has just submitted it: then nothing is to be read until its backend hints
     */
    public void watch(WatchedJob job, @Nullable JobHandle handle, boolean submitted, Waiter waiter) {
        Watch watch = new Watch(job, handle, waiter);
        boolean changed = watches.add(watch);
        if (changed || !submitted || isAfterGap()) {
            loop.readSoon(List.of(watch));
        }
        heartbeats.beat(watch);
    }

    /** Jobs that somebody waits for, now. */
    public int watched() {
        return watches.all().size();
    }

    /** Lets go of all jobs: they run on, and whoever takes over finds them by their attempts. */
    @Override
    public void close() {
        loop.close();
        heartbeats.close();
        errands.handOver(watches.letGo());
    }

    /** A cluster may tell of one end more than once; what is being said already needs no other reading. */
    private void hint(JobHandle handle) {
        watches.hinted(handle).filter(watch -> watch.unsaid == null).ifPresent(watch -> loop.readSoon(List.of(watch)));
    }

    /** A job that is submitted now may have ended before its watch begins, and untold. */
    private void gap() {
        lastGap = System.nanoTime();
        loop.readSoon(watches.all());
    }

    private boolean isAfterGap() {
        return System.nanoTime() - lastGap < GAP_NANOS;
    }

    /** What cannot be read is read at the next relist; deadlines do not depend on it. */
    private void relist() {
        List<Watch> unused = reader.read(watches.all());
        deadlines.enforce(watches.byAttempt());
    }

    private void heard(Watch watch, JobStatus status) {
        long now = System.nanoTime();
        watch.end(status, now, settings.unknownGrace()).ifPresent(end -> errands.finish(watch, end));
        if (!watch.over && watch.cause() == null && watch.isOvertime(now, settings.overtimeGrace())) {
            errands.stop(watch, Watch.StopCause.OVERTIME);
        }
    }

    private final class Felt implements Heartbeats.Listener {
        @Override
        public void felt(Watch watch, Waiter.Pulse pulse) {
            switch (pulse) {
                case WAITING -> {}
                case GONE -> watches.forget(watch);
                case CANCELLED -> errands.cancel(watch);
            }
        }

        @Override
        public void free(Watch watch) {
            JobEnd end = watch.unsaid;
            if (end != null) {
                errands.finish(watch, end);
            }
        }
    }
}
