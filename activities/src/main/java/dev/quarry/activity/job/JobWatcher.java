package dev.quarry.activity.job;

import dev.quarry.activity.control.AttemptState;
import dev.quarry.workflow.JobEnd;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Follows all jobs that a worker waits for: one loop has them read in bulk, so that a waiting activity costs no thread and no call of its
 * own. Reads a job soon after its backend hints at a change, together with others, and all of them every {@code relist}. Heartbeats every job, and enforces
 * the deadlines that backends do not know: an attempt not claimed in time, silent for too long, or longer under way than it may be. A
 * job past its deadline is stopped, and its end waited for.
 */
public final class JobWatcher implements AutoCloseable {
    private final WatcherSettings settings;
    private final Watches watches = new Watches();
    private final JobReader reader;
    private final ReadingLoop loop;
    private final Errands errands;
    private final Deadlines deadlines;
    private final Heartbeats heartbeats;
    private volatile long lastGap = System.nanoTime();

    public JobWatcher(JobBackend backend, AttemptReader attempts, WatcherSettings settings) {
        this.settings = settings;
        reader = new JobReader(backend, watches);
        loop = new ReadingLoop(reader, this::heard);
        errands = new Errands(backend, watches, loop);
        deadlines = new Deadlines(attempts, settings.overtimeGrace(), errands::stop);
        heartbeats = new Heartbeats(settings.heartbeat(), watches.all(), new Felt());
        backend.gaps(this::gap);
        backend.changes(this::hint);
        loop.every(settings.relist(), this::relist, states -> deadlines.enforce(states, watches.byAttempt()));
    }

    /**
     * Follows a job from now on. One that is followed already gets the new waiter: the one before has been given up by Temporal.
     *
     * @param handle null if it is not known yet: the job is looked for by its id
     * @param submitted when the caller began to submit it, by {@link System#nanoTime}, if it has just done so: then nothing is to be read until its
     *     backend hints
     */
    public void watch(WatchedJob job, @Nullable JobHandle handle, OptionalLong submitted, Waiter waiter) {
        Watch watch = new Watch(job, handle, waiter);
        watches.add(watch).ifPresent(before -> takeOver(watch, before));
        boolean changed = watches.expect(watch);
        if (changed || submitted.isEmpty() || isBeforeGap(submitted.getAsLong())) {
            loop.readSoon(List.of(watch));
        }
        heartbeats.beat(watch);
    }

    /** Why the job was stopped, if it was, is still true. */
    private void takeOver(Watch watch, Watch before) {
        loop.after(0, () -> {
            Watch.StopCause cause = before.cause();
            if (cause != null) {
                watch.stopFor(cause);
            }
        });
        errands.handOver(before);
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
        errands.handOverAll(watches.letGo());
    }

    /** A cluster may tell of one end more than once; what is being said already needs no other reading. */
    private void hint(JobHandle handle) {
        watches.hinted(handle).filter(Watch::isAwaited).ifPresent(watch -> loop.readSoon(List.of(watch)));
    }

    /** A job that is being submitted now may have ended before its watch begins, and untold. */
    private void gap() {
        lastGap = System.nanoTime();
        loop.readSoon(watches.all());
    }

    private boolean isBeforeGap(long submitted) {
        return submitted - lastGap <= 0;
    }

    /** The attempts after the jobs, so that a job that has ended is not taken for a silent one. Deadlines do not depend on whether jobs could be read. */
    private List<AttemptState> relist() {
        loop.hear(reader.read(watches.all()));
        return deadlines.read(watches.all());
    }

    /** The first end that is heard of stands. */
    private void heard(Watch watch, JobStatus status) {
        if (!watch.isAwaited()) {
            return;
        }
        long now = System.nanoTime();
        Optional<JobEnd> end = watch.end(status, now, settings.unknownGrace());
        if (end.isPresent()) {
            errands.finish(watch, end.get());
        } else if (watch.cause() == null && watch.isOvertime(now, settings.overtimeGrace())) {
            errands.stop(watch, Watch.StopCause.OVERTIME);
        }
    }

    private final class Felt implements Heartbeats.Listener {
        @Override
        public void felt(Watch watch, Waiter.Pulse pulse) {
            switch (pulse) {
                case WAITING -> {}
                case GONE -> errands.letGo(watch);
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
