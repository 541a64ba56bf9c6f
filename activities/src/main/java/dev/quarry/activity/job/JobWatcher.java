package dev.quarry.activity.job;

import dev.quarry.workflow.JobEnd;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
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
import java.util.concurrent.TimeUnit;
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
    private static final int ERRAND_THREADS = 4;
    private static final long GATHER_MILLIS = 50;
    private static final long UNSAID_MILLIS = 1000;
    private static final long LONGEST_RETRY_MILLIS = 30_000;

    private static final long GAP_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final JobBackend backend;
    private final WatcherSettings settings;
    private final Map<String, Watch> watches = new ConcurrentHashMap<>();
    private final Map<JobHandle, Watch> byHandle = new ConcurrentHashMap<>();
    private final EarlyHints early = new EarlyHints();
    /** To be read in one call, soon. Touched by the loop only. */
    private final Set<Watch> due = new LinkedHashSet<>();

    private volatile long lastGap = System.nanoTime() - GAP_NANOS;
    private long retryMillis = UNSAID_MILLIS;

    private final ScheduledExecutorService loop =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("job-watcher"));
    /** Completions and stops, which may block for long: not on the loop. */
    private final ExecutorService errands = Executors.newFixedThreadPool(ERRAND_THREADS, Daemons.named("job-errand"));

    private final Deadlines deadlines;
    private final Heartbeats heartbeats;

    public JobWatcher(JobBackend backend, AttemptReader attempts, WatcherSettings settings) {
        this.backend = backend;
        this.settings = settings;
        deadlines = new Deadlines(attempts, settings.overtimeGrace(), this::stop);
        heartbeats = new Heartbeats(settings.heartbeat(), watches.values(), new Felt());
        backend.gaps(this::gap);
        backend.changes(this::hint);
        long relist = settings.relist().toMillis();
        ScheduledFuture<?> unused =
                loop.scheduleWithFixedDelay(guarded(this::relist), relist, relist, TimeUnit.MILLISECONDS);
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
        if (changed || !submitted || isAfterGap()) {
            readSoon(List.of(watch));
        }
        heartbeats.beat(watch);
    }

    /** Jobs that somebody waits for, now. */
    public int watched() {
        return watches.size();
    }

    /** Lets go of all jobs: they run on, and whoever takes over finds them by their attempts. */
    @Override
    public void close() {
        loop.shutdownNow();
        heartbeats.close();
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

    /** A job that is submitted now may have ended before its watch begins, and untold. */
    private void gap() {
        lastGap = System.nanoTime();
        readSoon(watches.values());
    }

    private boolean isAfterGap() {
        return System.nanoTime() - lastGap < GAP_NANOS;
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
        List<Watch> unread = read(now);
        if (unread.isEmpty()) {
            retryMillis = UNSAID_MILLIS;
        } else {
            onLoopAfter(retryMillis, () -> readSoon(unread));
            retryMillis = Math.min(2 * retryMillis, LONGEST_RETRY_MILLIS);
        }
    }

    /** What cannot be read is read at the next relist; deadlines do not depend on it. */
    private void relist() {
        read(watches.values());
        deadlines.enforce(watches);
    }

    /** @return those that the cluster said nothing of */
    private List<Watch> read(Collection<Watch> wanted) {
        Map<JobHandle, Watch> known = new LinkedHashMap<>();
        List<Watch> unread = new ArrayList<>();
        Set<String> deaf = new HashSet<>();
        for (Watch watch : wanted) {
            if (!watch.over && !located(watch, deaf, known)) {
                unread.add(watch);
            }
        }
        Map<JobHandle, JobStatus> statuses = statuses(known.keySet());
        known.forEach((handle, watch) -> {
            JobStatus status = statuses.get(handle);
            if (status == null) {
                unread.add(watch);
            } else {
                reading(watch, status);
            }
        });
        return unread;
    }

    private Map<JobHandle, JobStatus> statuses(Set<JobHandle> handles) {
        try {
            return handles.isEmpty() ? Map.of() : backend.statuses(handles);
        } catch (RuntimeException e) {
            LOG.warn("cannot read {} jobs: {}; trying again", handles.size(), e.toString());
            return Map.of();
        }
    }

    /**
     * Whether the cluster knows, or says that it does not know, where the job is.
     *
     * @param deaf tenants for whom it gave no answer: asked once a reading, since each question may wait for its time-out
     */
    private boolean located(Watch watch, Set<String> deaf, Map<JobHandle, Watch> known) {
        if (watch.handle == null && deaf.contains(watch.job.tenant())) {
            return false;
        }
        try {
            locate(watch).ifPresentOrElse(handle -> known.put(handle, watch), () -> reading(watch, unknown()));
            return true;
        } catch (RuntimeException e) {
            LOG.warn("cannot find job {}: {}; trying again", watch.job.id(), e.toString());
            deaf.add(watch.job.tenant());
            return false;
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

    /** One call of a waiter at a time: a heartbeat that is under way must not come after the completion, and hands over to it. */
    private void finish(Watch watch, JobEnd end) {
        watch.unsaid = end;
        if (!watch.over && watch.busy.compareAndSet(false, true)) {
            errand(watch, () -> complete(watch, end));
        }
    }

    private void complete(Watch watch, JobEnd end) {
        try {
            watch.waiter.ended(end);
            forget(watch);
        } finally {
            watch.busy.set(false);
            if (!watch.over) {
                onLoopAfter(UNSAID_MILLIS, () -> finish(watch, end));
            }
        }
    }

    /** Asked again at every relist: a stop that got lost must not leave a job behind. */
    private void stop(Watch watch, Watch.StopCause cause) {
        if (watch.cause() == null) {
            LOG.info("stopping job {}: {}", watch.job.id(), cause);
        }
        watch.stopFor(cause);
        errand(watch, () -> backend.stop(watch.job.tenant(), watch.job.id(), watch.knownHandle()));
    }

    private final class Felt implements Heartbeats.Listener {
        @Override
        public void felt(Watch watch, Waiter.Pulse pulse) {
            switch (pulse) {
                case WAITING -> {}
                case GONE -> forget(watch);
                case CANCELLED -> {
                    forget(watch);
                    errand(watch, () -> cancel(watch));
                }
            }
        }

        @Override
        public void free(Watch watch) {
            JobEnd end = watch.unsaid;
            if (end != null) {
                finish(watch, end);
            }
        }
    }

    private void cancel(Watch watch) {
        try {
            backend.stop(watch.job.tenant(), watch.job.id(), watch.knownHandle());
        } finally {
            // Whoever cancelled concludes next and stops what that lists: this job again, if the stop failed.
            watch.waiter.cancelled();
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
}
