package dev.quarry.activity.nomad;

import com.hashicorp.nomad.apimodel.AllocationListStub;
import com.hashicorp.nomad.apimodel.TaskEvent;
import com.hashicorp.nomad.apimodel.TaskState;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import dev.quarry.activity.job.RunTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Nomad says of one job.
 *
 * @param stopped somebody deregistered it
 * @param dead Nomad has nothing more to do for it
 * @param allocations all of it that Nomad still has
 * @param shortage why it is not placed, in Nomad's words
 */
record NomadReading(
        boolean stopped,
        boolean dead,
        List<AllocationListStub> allocations,
        @Nullable String shortage) {
    private static final int KILL = 9;
    private static final int KILLED = 128 + KILL;
    private static final Set<String> NOT_STARTED = Set.of(
            "Driver Failure", "Setup Failure", "Failed Artifact Download", "Failed Validation", "Task hook failed");

    /**
     * Success needs the program's own exit code and an allocation that ended by itself: a drained or stopped one says "complete" too.
     *
     * @param memoryEnforced whether a kill that nobody asked for can only be the kernel's, for memory
     */
    JobStatus status(boolean memoryEnforced) {
        AllocationListStub last = newest();
        if (last == null) {
            return unplaced();
        }
        return switch (String.valueOf(last.getClientStatus())) {
            case "pending" -> JobStatus.of(State.PENDING);
            case "running" -> JobStatus.of(State.RUNNING);
            case "complete", "failed" -> ended(last, memoryEnforced);
            case "lost" -> JobStatus.of(State.LOST, "its node is lost: " + last.getClientDescription());
            // "unknown": the node is silent and may come back.
            default -> JobStatus.of(State.UNKNOWN, "allocation " + last.getClientStatus());
        };
    }

    /** Whether the allocations alone decide: nothing that stopping the job would have changed. */
    boolean saysEnough() {
        AllocationListStub last = newest();
        if (last == null) {
            return false;
        }
        boolean ended = "complete".equals(last.getClientStatus()) || "failed".equals(last.getClientStatus());
        return !ended || (last(last, Set.of("Terminated")) != null && last(last, Set.of("Killing")) == null);
    }

    // Servers before 1.8 replace a lost allocation whatever the job says: the last one is what goes on.
    private @Nullable AllocationListStub newest() {
        return allocations.stream()
                .max(Comparator.comparing(AllocationListStub::getCreateIndex))
                .orElse(null);
    }

    private JobStatus unplaced() {
        if (stopped) {
            return new JobStatus(State.STOPPED, null, shortage);
        }
        return dead
                ? JobStatus.of(State.LOST, "ended, and Nomad has forgotten how")
                : new JobStatus(State.PENDING, null, shortage);
    }

    private JobStatus ended(AllocationListStub last, boolean memoryEnforced) {
        TaskEvent end = last(last, Set.of("Terminated"));
        boolean killed = last(last, Set.of("Killing")) != null;
        Integer code = end == null || end.getSignal() != 0 ? null : end.getExitCode();
        if (killed || (end == null && !"run".equals(last.getDesiredStatus()))) {
            return stopped
                    ? new JobStatus(State.STOPPED, code, null)
                    : new JobStatus(State.LOST, code, word(last) + " by the cluster: " + last.getDesiredDescription());
        }
        if (end == null) {
            TaskEvent failure = last(last, NOT_STARTED);
            String words = failure == null
                    ? last.getClientDescription()
                    : failure.getType() + ": " + failure.getDisplayMessage();
            return JobStatus.of(State.NOT_PLACED, "not started: " + words);
        }
        if (isOutOfMemory(end, memoryEnforced)) {
            return new JobStatus(State.OUT_OF_MEMORY, code, end.getDisplayMessage());
        }
        if (code == null) {
            return JobStatus.of(State.FAILED, "ended by signal " + end.getSignal());
        }
        if (code == 0) {
            return new JobStatus(State.SUCCEEDED, 0, null);
        }
        return code == RunTime.OVER
                ? JobStatus.of(State.TIMED_OUT, "it ran longer than it may")
                : new JobStatus(State.FAILED, code, null);
    }

    private static String word(AllocationListStub last) {
        return "evict".equals(last.getDesiredStatus()) ? "evicted" : "stopped";
    }

    private static boolean isOutOfMemory(TaskEvent end, boolean memoryEnforced) {
        Map<String, String> details = end.getDetails();
        boolean told = details != null && "true".equals(details.get("oom_killed"));
        return told || (memoryEnforced && (end.getSignal() == KILL || end.getExitCode() == KILLED));
    }

    private static @Nullable TaskEvent last(AllocationListStub allocation, Set<String> types) {
        Map<String, TaskState> tasks = allocation.getTaskStates();
        TaskState task = tasks == null ? null : tasks.get(NomadJob.TASK);
        if (task == null || task.getEvents() == null) {
            return null;
        }
        return task.getEvents().stream()
                .filter(event -> types.contains(event.getType()))
                .reduce((first, second) -> second)
                .orElse(null);
    }
}
