package dev.quarry.activity.ecs;

import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import dev.quarry.activity.job.RunTime;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.Task;

/**
 * What ECS says of one task. Its words are read as text, since it learns new ones: those of the SDK's enums are the ones of its day.
 *
 * @param containers the names that a job's own container may have; others in the task are its company
 */
record EcsReading(Task task, Set<String> containers) {
    private static final String OUT_OF_MEMORY = "OutOfMemoryError";
    private static final int SIGNAL = 128;

    JobStatus status() {
        if (EcsTask.NEVER_TO_RUN.equals(task.group())) {
            return JobStatus.of(State.STOPPED, "stopped before it was submitted");
        }
        return switch (String.valueOf(task.lastStatus())) {
            case "PROVISIONING", "PENDING", "ACTIVATING" -> JobStatus.of(State.PENDING);
            case "RUNNING" -> JobStatus.of(State.RUNNING);
            // On the way to its end, which says how: a task that never started comes this way too.
            case "DEACTIVATING", "STOPPING", "DEPROVISIONING" ->
                JobStatus.of(task.startedAt() == null ? State.PENDING : State.RUNNING);
            case "STOPPED" -> ended();
            default -> JobStatus.of(State.UNKNOWN, "task " + task.lastStatus());
        };
    }

    private JobStatus ended() {
        Container own = own();
        Integer told = own == null ? null : own.exitCode();
        Integer code = told == null || told > SIGNAL ? null : told;
        String reason = own == null ? null : own.reason();
        // First: the kill of one that ran out of memory looks like every other.
        if (reason != null && reason.startsWith(OUT_OF_MEMORY)) {
            return new JobStatus(State.OUT_OF_MEMORY, code, reason);
        }
        String words = words(reason);
        return switch (String.valueOf(task.stopCodeAsString())) {
            case "EssentialContainerExited" -> told == null ? withoutCode(words) : exited(told, words);
            case "UserInitiated" -> new JobStatus(State.STOPPED, code, words);
            case "TaskFailedToStart" -> JobStatus.of(State.NOT_PLACED, "not started: " + words);
            // Spot, a service's scheduler, a broken host, and what AWS may think of next: the cluster ended it.
            default -> new JobStatus(State.LOST, code, "stopped by the cluster: " + words);
        };
    }

    private @Nullable Container own() {
        return task.containers().stream()
                .filter(container -> containers.contains(container.name()))
                .findFirst()
                .orElse(null);
    }

    private JobStatus withoutCode(String words) {
        return task.startedAt() == null
                ? JobStatus.of(State.NOT_PLACED, "not started: " + words)
                : JobStatus.of(State.LOST, "ended, and ECS does not know how: " + words);
    }

    private static JobStatus exited(int code, String words) {
        if (code == 0) {
            return new JobStatus(State.SUCCEEDED, 0, null);
        }
        if (code == RunTime.OVER) {
            return JobStatus.of(State.TIMED_OUT, "it ran longer than it may");
        }
        return code > SIGNAL
                ? JobStatus.of(State.FAILED, "ended by signal " + (code - SIGNAL))
                : new JobStatus(State.FAILED, code, words);
    }

    private String words(@Nullable String containersReason) {
        String words = task.stopCodeAsString() + ", " + task.stoppedReason();
        return containersReason == null ? words : words + ", " + containersReason;
    }
}
