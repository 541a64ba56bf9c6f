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
import io.temporal.client.ActivityCompletionClient;
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
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runJob activity that waits without a thread. Its heartbeat details name the job, so that people can find it; no secret.
 *
 * <p>It holds one of its worker's slots until its end is said, or tried to be said, by the client that belongs to the slot: such a call gives
 * the slot back whether it succeeds or not, and once more with each repetition. So exactly one is made, and further ones go by the token alone.
 */
final class AttemptWaiter implements Waiter {
    private static final Logger LOG = LoggerFactory.getLogger(AttemptWaiter.class);
    private static final int HEARTBEAT_TRIES = 3;

    private final ManualActivityCompletionClient activity;
    private final ActivityCompletionClient byToken;
    private final byte[] token;
    private final long epoch;
    private final int files;
    private final AtomicBoolean slotGiven = new AtomicBoolean();

    /**
     * @param activity of the slot
     * @param token of the activity's task
     */
    AttemptWaiter(
            ManualActivityCompletionClient activity,
            ActivityCompletionClient byToken,
            byte[] token,
            long epoch,
            int files) {
        this.activity = activity;
        this.byToken = byToken;
        this.token = token;
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
        JobResult result = new JobResult(JobResult.Answer.ENDED, epoch, files, end, false);
        say(() -> activity.complete(result), () -> byToken.complete(token, result));
    }

    @Override
    public void cancelled() {
        say(() -> activity.reportCancellation(null), () -> byToken.reportCancellation(token, null));
    }

    @Override
    public void handOver() {
        ApplicationFailure over = ApplicationFailure.newBuilder()
                .setMessage("this worker looks after the job no longer; the job goes on")
                .setType("HANDED_OVER")
                .setCategory(ApplicationErrorCategory.BENIGN)
                .setNextRetryDelay(Duration.ofMillis(1))
                .build();
        say(() -> activity.fail(over), () -> byToken.completeExceptionally(token, over));
    }

    /** An activity that is not there any more was given up by Temporal: its next try, or nobody, looks after the job. */
    private void say(Runnable first, Runnable again) {
        try {
            (slotGiven.compareAndSet(false, true) ? first : again).run();
        } catch (ActivityNotExistsException over) {
            LOG.info("the activity is over already: {}", over.toString());
        }
    }
}
