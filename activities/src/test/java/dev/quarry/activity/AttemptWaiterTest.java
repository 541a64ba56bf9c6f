package dev.quarry.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.activity.job.Waiter.Pulse;
import io.grpc.Status;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionFailureException;
import io.temporal.client.ActivityNotExistsException;
import io.temporal.client.ActivityPausedException;
import io.temporal.client.ActivityResetException;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import org.junit.jupiter.api.Test;

/** The easiest bug to write: which failures of a heartbeat may stop a job. */
class AttemptWaiterTest {
    @Test
    void onlyARealCancellationStopsTheJob() {
        assertThat(AttemptWaiter.said(new CanceledFailure("cancelled"))).contains(Pulse.CANCELLED);
        assertThat(AttemptWaiter.said(new ActivityCanceledException())).contains(Pulse.CANCELLED);
        assertThat(AttemptWaiter.said(new ActivityCompletionFailureException(new ActivityCanceledException())))
                .contains(Pulse.CANCELLED);
    }

    @Test
    void aTimeoutThatComesAsACancellationLeavesTheJobRunning() {
        Throwable timeout = new TimeoutFailure("late", null, TimeoutType.TIMEOUT_TYPE_HEARTBEAT);
        ActivityCanceledException cancelled = new ActivityCanceledException(null, timeout);
        assertThat(AttemptWaiter.said(cancelled)).contains(Pulse.GONE);
        assertThat(AttemptWaiter.said(new ActivityCompletionFailureException(cancelled)))
                .contains(Pulse.GONE);
    }

    @Test
    void anActivityThatIsOverPausedOrResetLeavesTheJobRunning() {
        assertThat(AttemptWaiter.said(new ActivityNotExistsException(Status.NOT_FOUND.asRuntimeException())))
                .contains(Pulse.GONE);
        assertThat(AttemptWaiter.said(new ActivityCompletionFailureException(new ActivityPausedException())))
                .contains(Pulse.GONE);
        assertThat(AttemptWaiter.said(new ActivityResetException())).contains(Pulse.GONE);
    }

    @Test
    void anUnheardHeartbeatSaysNothing() {
        assertThat(AttemptWaiter.said(new ActivityCompletionFailureException(Status.UNAVAILABLE.asRuntimeException())))
                .isEmpty();
    }
}
