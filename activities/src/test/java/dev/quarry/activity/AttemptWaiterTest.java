package dev.quarry.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.activity.job.Waiter.Pulse;
import dev.quarry.workflow.JobEnd;
import dev.quarry.workflow.JobResult;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.activity.ManualActivityCompletionClient;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.client.ActivityCanceledException;
import io.temporal.client.ActivityCompletionClient;
import io.temporal.client.ActivityCompletionFailureException;
import io.temporal.client.ActivityNotExistsException;
import io.temporal.client.ActivityPausedException;
import io.temporal.client.ActivityResetException;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The easiest bugs to write: which failures of a heartbeat may stop a job, and what becomes of the worker's slot. */
class AttemptWaiterTest {
    private static final JobEnd END = new JobEnd(JobEnd.State.SUCCEEDED, 0, null);

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

    @Test
    void anEndThatCannotBeSaidGivesTheSlotBackOnceAndIsRepeatedByItsToken() {
        List<String> calls = new ArrayList<>();
        byte[] token = {1, 2, 3};
        AttemptWaiter waiter = new AttemptWaiter(away(calls), byToken(calls), token, 7, 2);
        assertThatThrownBy(() -> waiter.ended(END)).isInstanceOf(StatusRuntimeException.class);
        waiter.ended(END);
        waiter.handOver();
        assertThat(calls)
                .containsExactly("slot complete", "complete [1, 2, 3] ENDED", "completeExceptionally [1, 2, 3]");
    }

    private static ManualActivityCompletionClient away(List<String> calls) {
        return (ManualActivityCompletionClient) Proxy.newProxyInstance(
                AttemptWaiterTest.class.getClassLoader(),
                new Class<?>[] {ManualActivityCompletionClient.class},
                (proxy, method, arguments) -> {
                    calls.add("slot " + method.getName());
                    throw Status.UNAVAILABLE.asRuntimeException();
                });
    }

    private static ActivityCompletionClient byToken(List<String> calls) {
        return (ActivityCompletionClient) Proxy.newProxyInstance(
                AttemptWaiterTest.class.getClassLoader(),
                new Class<?>[] {ActivityCompletionClient.class},
                (proxy, method, arguments) -> {
                    String answer = arguments[1] instanceof JobResult result ? " " + result.answer() : "";
                    calls.add(method.getName() + " " + Arrays.toString((byte[]) arguments[0]) + answer);
                    return null;
                });
    }
}
