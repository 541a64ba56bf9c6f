package dev.quarry.workflow;

import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;

/** Activity options made from a run's settings. None has a limit of tries: what is hopeless fails without retry. */
final class ActivityProfiles {
    static ActivityOptions call(RunSettings settings) {
        return ActivityOptions.newBuilder()
                .setStartToCloseTimeout(settings.callLimit())
                .setRetryOptions(retry(settings))
                .build();
    }

    /** @param queue of the workflow */
    static ActivityOptions job(RunSettings settings, String queue) {
        return ActivityOptions.newBuilder()
                .setTaskQueue(TaskQueues.ofJobs(queue))
                .setStartToCloseTimeout(settings.jobLimit())
                .setHeartbeatTimeout(settings.heartbeat())
                // The workflow must not go on to conclude while an execution that could still submit is under way.
                .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                .setRetryOptions(retry(settings))
                .build();
    }

    private static RetryOptions retry(RunSettings settings) {
        return RetryOptions.newBuilder()
                .setInitialInterval(settings.firstRetry())
                .setBackoffCoefficient(2)
                .setMaximumInterval(settings.longestRetry())
                .build();
    }

    private ActivityProfiles() {}
}
