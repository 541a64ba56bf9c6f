package dev.quarry.activity;

import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.Waiter;
import dev.quarry.workflow.JobEnd;
import dev.quarry.workflow.JobResult;
import io.grpc.StatusRuntimeException;
import io.temporal.activity.ManualActivityCompletionClient;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionException;
import io.temporal.client.ActivityNotExistsException;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import java.time.Duration;
import java.util.Map;
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
            } catch (CanceledFailure cancelled) {
                return Pulse.CANCELLED;
            } catch (ActivityCanceledException cancelled) {
                // A heartbeat timeout looks like a cancellation, but then the next try attaches to the job.
                return cancelled.getCause() instanceof TimeoutFailure ? Pulse.GONE : Pulse.CANCELLED;
            } catch (ActivityCompletionException e) {
                if (!isUnsaid(e)) {
                    LOG.info("job {}: its activity is over, paused or reset ({}); the job goes on", job, e.toString());
                    return Pulse.GONE;
                }
                // The SDK does not retry this call; one lost packet must not cost a heartbeat.
                if (tried == HEARTBEAT_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** The server gave no answer, as opposed to one that says the activity is not there, paused or reset. */
    private static boolean isUnsaid(ActivityCompletionException e) {
        return !(e instanceof ActivityNotExistsException) && e.getCause() instanceof StatusRuntimeException;
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
