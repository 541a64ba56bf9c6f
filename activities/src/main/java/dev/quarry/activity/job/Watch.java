package dev.quarry.activity.job;

import dev.quarry.workflow.JobEnd;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** What the watcher knows about one job. Touched by the watcher's loop only, except the flags for its errands. */
final class Watch {
    private static final int REASON_LENGTH = 2000;

    /** Why the watcher had a job stopped. */
    enum StopCause {
        NOT_PLACED,
        SILENT,
        OVERTIME,
        CLOSED
    }

    final WatchedJob job;
    final Waiter waiter;
    volatile @Nullable JobHandle handle;
    final AtomicBoolean busy = new AtomicBoolean();
    volatile boolean over;
    private @Nullable StopCause cause;
    private long unknownSince;
    private long runningSince;

    Watch(WatchedJob job, @Nullable JobHandle handle, Waiter waiter) {
        this.job = job;
        this.handle = handle;
        this.waiter = waiter;
    }

    Optional<JobHandle> knownHandle() {
        return Optional.ofNullable(handle);
    }

    /** For heartbeats, which always name something that people can look for. */
    JobHandle shownHandle() {
        JobHandle known = handle;
        return known == null ? new JobHandle(job.id().value()) : known;
    }

    @Nullable
    StopCause cause() {
        return cause;
    }

    void stopFor(StopCause why) {
        cause = why;
    }

    /** The end that this reading means, if it means one. */
    Optional<JobEnd> end(JobStatus status, long nowNanos, Duration unknownGrace) {
        if (status.state() == JobStatus.State.UNKNOWN) {
            unknownSince = unknownSince == 0 ? nowNanos : unknownSince;
            boolean lost = nowNanos - unknownSince >= unknownGrace.toNanos();
            return lost ? Optional.of(JobEnd.lost("unknown to the cluster for " + unknownGrace)) : Optional.empty();
        }
        unknownSince = 0;
        if (status.state() == JobStatus.State.RUNNING && runningSince == 0) {
            runningSince = nowNanos;
        }
        return status.state().isFinal() ? Optional.of(end(status)) : Optional.empty();
    }

    boolean isOvertime(long nowNanos, Duration grace) {
        return runningSince != 0
                && nowNanos - runningSince >= job.maxRuntime().plus(grace).toNanos();
    }

    private JobEnd end(JobStatus status) {
        JobEnd.State state = JobEnd.State.valueOf(status.state().name());
        String reason = status.reason();
        StopCause why = cause;
        if (why != null && state != JobEnd.State.SUCCEEDED) {
            state = switch (why) {
                case NOT_PLACED -> JobEnd.State.NOT_PLACED;
                case SILENT, OVERTIME -> JobEnd.State.TIMED_OUT;
                case CLOSED -> state;
            };
            reason = "stopped by the worker: " + why + (reason == null ? "" : ", " + reason);
        }
        return new JobEnd(state, status.exitCode(), cut(reason));
    }

    private static @Nullable String cut(@Nullable String reason) {
        return reason == null || reason.length() <= REASON_LENGTH ? reason : reason.substring(0, REASON_LENGTH);
    }
}
