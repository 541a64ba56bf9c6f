package dev.quarry.activity.job;

import dev.quarry.activity.control.AttemptState;
import dev.quarry.workflow.JobEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows all jobs that a worker waits for: one loop reads them in bulk, so that a waiting activity costs no thread and no call of its
 * own. Reads a job soon after its backend hints at a change, together with others, and all of them every {@code relist}. Heartbeats every job, and enforces
 * the deadlines that backends do not know: an attempt not claimed in time, silent for too long, or longer under way than it may be. A
 * job past its deadline is stopped, and its end waited for.
 */
public final class JobWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobWatcher.class);
    private static final int ATTEMPTS_A_CALL = 1000;
    private static final int ERRAND_THREADS = 4;
    private static final long GATHER_MILLIS = 50;
    private static final long BUSY_MILLIS = 10;
    private static final long UNSAID_MILLIS = 1000;

    private final JobBackend backend;
    private final AttemptReader attempts;
    private final WatcherSettings settings;
    private final Map<String, Watch> watches = new ConcurrentHashMap<>();
    private final Map<JobHandle, Watch> byHandle = new ConcurrentHashMap<>();
    private final EarlyHints early = new EarlyHints();
    /** To be read in one call, soon. Touched by the loop only. */
    private final Set<Watch> due = new LinkedHashSet<>();

    private final ScheduledExecutorService loop;
    /** Calls to Temporal and stops, which may block for long: not on the loop. */
    private final ExecutorService errands;

    public JobWatcher(JobBackend backend, AttemptReader attempts, WatcherSettings settings) {
        this.backend = backend;
        this.attempts = attempts;
        this.settings = settings;
        loop = Executors.newSingleThreadScheduledExecutor(daemons("job-watcher"));
        errands = Executors.newFixedThreadPool(ERRAND_THREADS, daemons("job-errand"));
        backend.changes(this::hint);
        every(settings.relist().toMillis(), this::relist);
        every(settings.heartbeat().toMillis(), this::heartbeat);
    }

    /**
     * Follows a job from now on. One that is followed already gets the new waiter: the one before has been given up by Temporal.
     *
     * @param handle null if it is not known yet: the job is looked for by its id
     * @param submitted whether the caller has just submitted it: then nothing is to be read until its backend hints
     */
    public void watch(WatchedJob job, @Nullable JobHandle handle, boolean submitted, Waiter waiter) {
        Watch watch = new Watch(job, handle, waiter);
        Watch before = watches.put(job.attempt(), watch);
        if (before != null) {
            before.over = true;
        }
        boolean changed = handle != null && early.claim(handle, () -> byHandle.put(handle, watch));
        if (changed || !submitted) {
            readSoon(List.of(watch));
        }
        beat(watch);
    }

    /** Jobs that somebody waits for, now. */
    public int watched() {
        return watches.size();
    }

    /** Lets go of all jobs: they run on, and whoever takes over finds them by their attempts. */
    @Override
    public void close() {
        loop.shutdownNow();
        List<Watch> left = new ArrayList<>(watches.values());
        watches.clear();
        byHandle.clear();
        left.forEach(watch -> {
            watch.over = true;
            errand(watch, watch.waiter::handOver);
        });
        errands.shutdown();
        try {
            if (!errands.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("could not hand over every job in time; they are found after their heartbeat timeout");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        errands.shutdownNow();
    }

    private void hint(JobHandle handle) {
        early.unlessKnown(handle, () -> byHandle.get(handle)).ifPresent(watch -> readSoon(List.of(watch)));
    }

    private void readSoon(Collection<Watch> changed) {
        onLoop(() -> {
            if (due.isEmpty()) {
                onLoopAfter(GATHER_MILLIS, this::readDue);
            }
            due.addAll(changed);
        });
    }

    private void readDue() {
        List<Watch> now = List.copyOf(due);
        due.clear();
        try {
            read(now);
        } catch (RuntimeException e) {
            LOG.warn("cannot read {} jobs: {}; trying again", now.size(), e.toString());
            onLoopAfter(UNSAID_MILLIS, () -> readSoon(now));
        }
    }

    private void relist() {
        read(watches.values());
        enforceDeadlines();
    }

    private void read(Collection<Watch> wanted) {
        Map<JobHandle, Watch> known = new LinkedHashMap<>();
        for (Watch watch : wanted) {
            if (!watch.over) {
                locate(watch).ifPresentOrElse(handle -> known.put(handle, watch), () -> reading(watch, unknown()));
            }
        }
        if (!known.isEmpty()) {
            backend.statuses(known.keySet()).forEach((handle, status) -> {
                Watch watch = known.get(handle);
                if (watch != null) {
                    reading(watch, status);
                }
            });
        }
    }

    private static JobStatus unknown() {
        return JobStatus.of(JobStatus.State.UNKNOWN);
    }

    private Optional<JobHandle> locate(Watch watch) {
        if (watch.handle == null) {
            backend.find(watch.job.tenant(), watch.job.id()).ifPresent(found -> {
                watch.handle = found;
                byHandle.put(found, watch);
            });
        }
        return watch.knownHandle();
    }

    private void reading(Watch watch, JobStatus status) {
        long now = System.nanoTime();
        watch.end(status, now, settings.unknownGrace()).ifPresent(end -> finish(watch, end));
        if (!watch.over && watch.cause() == null && watch.isOvertime(now, settings.overtimeGrace())) {
            stop(watch, Watch.StopCause.OVERTIME);
        }
    }

    private void finish(Watch watch, JobEnd end) {
        // One call at a time: a heartbeat that is under way must not come after the completion.
        if (!watch.busy.compareAndSet(false, true)) {
            later(watch, end, BUSY_MILLIS);
            return;
        }
        errand(watch, () -> {
            try {
                watch.waiter.ended(end);
                forget(watch);
            } finally {
                watch.busy.set(false);
                if (!watch.over) {
                    later(watch, end, UNSAID_MILLIS);
                }
            }
        });
    }

    private void later(Watch watch, JobEnd end, long millis) {
        onLoopAfter(millis, () -> {
            if (!watch.over) {
                finish(watch, end);
            }
        });
    }

    private void enforceDeadlines() {
        Map<String, Watch> open = new LinkedHashMap<>(watches);
        for (List<String> some : inPieces(List.copyOf(open.keySet()), ATTEMPTS_A_CALL)) {
            for (AttemptState state : attempts.read(some)) {
                Watch watch = open.get(state.attempt());
                if (watch != null && !watch.over) {
                    enforce(watch, state);
                }
            }
        }
    }

    private void enforce(Watch watch, AttemptState state) {
        Watch.StopCause cause = watch.cause();
        if (cause == null) {
            cause = switch (state.state()) {
                case PENDING ->
                    state.silentMillis() < watch.job.pendingDeadline().toMillis() ? null : Watch.StopCause.NOT_PLACED;
                case RUNNING -> {
                    if (state.silentMillis() >= watch.job.silence().toMillis()) {
                        yield Watch.StopCause.SILENT;
                    }
                    yield isOvertime(watch, state) ? Watch.StopCause.OVERTIME : null;
                }
                case SETTLED, CANCELLED -> Watch.StopCause.CLOSED;
            };
        }
        if (cause != null) {
            stop(watch, cause);
        }
    }

    /** By the API's clock: this worker may have begun to watch the job long after it began to run. */
    private boolean isOvertime(Watch watch, AttemptState state) {
        Duration atMost = watch.job.maxRuntime().plus(settings.overtimeGrace());
        return state.claimedMillis() != null && state.claimedMillis() >= atMost.toMillis();
    }

    /** Asked again at every relist: a stop that got lost must not leave a job behind. */
    private void stop(Watch watch, Watch.StopCause cause) {
        if (watch.cause() == null) {
            LOG.info("stopping job {}: {}", watch.job.id(), cause);
        }
        watch.stopFor(cause);
        errand(watch, () -> backend.stop(watch.job.tenant(), watch.job.id(), watch.knownHandle()));
    }

    private void heartbeat() {
        watches.values().forEach(this::beat);
    }

    private void beat(Watch watch) {
        if (watch.over || !watch.busy.compareAndSet(false, true)) {
            return;
        }
        errand(watch, () -> {
            try {
                felt(watch, watch.waiter.heartbeat(watch.job.id(), watch.shownHandle()));
            } finally {
                watch.busy.set(false);
            }
        });
    }

    private void felt(Watch watch, Waiter.Pulse pulse) {
        switch (pulse) {
            case WAITING -> {}
            case GONE -> forget(watch);
            case CANCELLED -> {
                forget(watch);
                try {
                    backend.stop(watch.job.tenant(), watch.job.id(), watch.knownHandle());
                } finally {
                    // Whoever cancelled concludes next and stops what that lists: this job again, if the stop failed.
                    watch.waiter.cancelled();
                }
            }
        }
    }

    private void forget(Watch watch) {
        watch.over = true;
        watches.remove(watch.job.attempt(), watch);
        watch.knownHandle().ifPresent(handle -> byHandle.remove(handle, watch));
    }

    private void errand(Watch watch, Runnable task) {
        try {
            errands.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.warn("job {}: {}; trying again", watch.job.id(), e.toString());
                }
            });
        } catch (RejectedExecutionException closed) {
            LOG.debug("job {}: the watcher is closed", watch.job.id());
        }
    }

    private void onLoop(Runnable task) {
        onLoopAfter(0, task);
    }

    private void onLoopAfter(long millis, Runnable task) {
        try {
            ScheduledFuture<?> unused = loop.schedule(guarded(task), millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("the watcher is closed");
        }
    }

    private void every(long millis, Runnable task) {
        ScheduledFuture<?> unused = loop.scheduleWithFixedDelay(guarded(task), millis, millis, TimeUnit.MILLISECONDS);
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

    private static <T> List<List<T>> inPieces(List<T> all, int size) {
        List<List<T>> pieces = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            pieces.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return pieces;
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
