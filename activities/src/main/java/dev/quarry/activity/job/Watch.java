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
    /** How the job ended, from when that is known. */
    volatile @Nullable JobEnd unsaid;

    private @Nullable StopCause cause;
    /** The cluster's last word while the job was not placed. */
    private @Nullable String pendingReason;

    private long unknownSince;
    private long runningSince;

    Watch(WatchedJob job, @Nullable JobHandle handle, Waiter waiter) {
        this.job = job;
        this.handle = handle;
        this.waiter = waiter;
    }

    /** Whether its end is still to be found out. */
    boolean isAwaited() {
        return !over && unsaid == null;
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
            return lost
                    ? Optional.of(new JobEnd(JobEnd.State.LOST, null, cut(lostReason(unknownGrace))))
                    : Optional.empty();
        }
        unknownSince = 0;
        if (status.state() == JobStatus.State.PENDING && status.reason() != null) {
            pendingReason = status.reason();
        }
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
            reason = stopReason(why) + (reason == null ? "" : "; " + reason);
        }
        return new JobEnd(state, status.exitCode(), cut(reason));
    }

    private String lostReason(Duration unknownGrace) {
        StopCause why = cause;
        return (why == null ? "" : stopReason(why) + "; then ") + "unknown to the cluster for " + unknownGrace;
    }

    /** For people: which deadline passed, and what the cluster said was short. */
    private String stopReason(StopCause why) {
        String what = switch (why) {
            case NOT_PLACED ->
                runningSince != 0
                        ? "running, but not claimed by its agent within " + job.pendingDeadline()
                        : "not placed within " + job.pendingDeadline() + ": "
                                + (pendingReason == null ? "the cluster did not say why" : pendingReason);
            case SILENT -> "its agent said nothing for " + job.silence();
            case OVERTIME -> "ran longer than " + job.maxRuntime();
            case CLOSED -> "its attempt was closed";
        };
        return "stopped by the worker: " + what;
    }

    private static @Nullable String cut(@Nullable String reason) {
        return reason == null || reason.length() <= REASON_LENGTH ? reason : reason.substring(0, REASON_LENGTH);
    }
}
