package dev.quarry.activity;

import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.Waiter;
import dev.quarry.workflow.JobEnd;
import dev.quarry.workflow.JobResult;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.activity.ManualActivityCompletionClient;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityNotExistsException;
import io.temporal.client.ActivityPausedException;
import io.temporal.client.ActivityResetException;
import io.temporal.client.ActivityWorkerShutdownException;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A runJob activity that waits without a thread. Its heartbeat details name the job, so that people can find it; no secret. */
final class AttemptWaiter implements Waiter {
    private static final Logger LOG = LoggerFactory.getLogger(AttemptWaiter.class);
    private static final int HEARTBEAT_TRIES = 3;

    private final ManualActivityCompletionClient activity;
    private final long epoch;
    private final int files;

    AttemptWaiter(ManualActivityCompletionClient activity, long epoch, int files) {
        this.activity = activity;
        this.epoch = epoch;
        this.files = files;
    }

    @Override
    public Pulse heartbeat(JobId job, JobHandle handle) {
        Map<String, String> details = Map.of("job", job.value(), "handle", handle.value());
        for (int tried = 1; ; tried++) {
            try {
                activity.recordHeartbeat(details);
                return Pulse.WAITING;
            } catch (CanceledFailure | ActivityCompletionException e) {
                Optional<Pulse> said = said(e);
                // The SDK does not retry this call; one lost packet must not cost a heartbeat.
                if (said.isEmpty() && tried == HEARTBEAT_TRIES) {
                    throw e;
                }
                if (said.isPresent()) {
                    LOG.info("job {}: heartbeat says {} ({})", job, said.get(), e.toString());
                    return said.get();
                }
            }
        }
    }

    /**
     * What the server, or the SDK, said; empty if nothing was heard. Only a real cancellation may stop the job. A timeout comes as a
     * cancellation too, but with the timeout as its cause: then the next try attaches. The SDK wraps some of these into others, so the
     * whole chain of causes counts.
     */
    static Optional<Pulse> said(Throwable failure) {
        Optional<Pulse> said = Optional.empty();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutFailure || isOver(cause)) {
                return Optional.of(Pulse.GONE);
            }
            if (cause instanceof CanceledFailure || cause instanceof ActivityCanceledException) {
                said = Optional.of(Pulse.CANCELLED);
            }
        }
        return said;
    }

    private static boolean isOver(Throwable cause) {
        return cause instanceof ActivityNotExistsException
                || cause instanceof ActivityPausedException
                || cause instanceof ActivityResetException
                || cause instanceof ActivityWorkerShutdownException
                || (cause instanceof StatusRuntimeException status
                        && status.getStatus().getCode() == Status.Code.NOT_FOUND);
    }

    @Override
    public void ended(JobEnd end) {
        complete(() -> activity.complete(new JobResult(JobResult.Answer.ENDED, epoch, files, end, false)));
    }

    @Override
    public void cancelled() {
        complete(() -> activity.reportCancellation(null));
    }

    @Override
    public void handOver() {
        complete(() -> activity.fail(ApplicationFailure.newBuilder()
                .setMessage("this worker shuts down; the job goes on")
                .setType("WORKER_SHUTDOWN")
                .setCategory(ApplicationErrorCategory.BENIGN)
                .setNextRetryDelay(Duration.ofMillis(1))
                .build()));
    }

    /** An activity that is not there any more was given up by Temporal: its next try, or nobody, looks after the job. */
    private static void complete(Runnable call) {
        try {
            call.run();
        } catch (ActivityNotExistsException over) {
            LOG.info("the activity is over already: {}", over.toString());
        }
    }
}
