package dev.quarry.activity.control;

import org.jspecify.annotations.Nullable;

/**
 * An attempt as open answers it. Does not print its ticket.
 *
 * @param ticket only while PENDING
 */
public record Attempt(
        String attempt,
        long epoch,
        String jobId,
        State state,
        @Nullable String handle,
        @Nullable String ticket,
        Lane lane,
        int files,
        long bytes,
        String tenant,
        String store,
        String workflowId,
        @Nullable Integer pendingDeadlineSeconds,
        @Nullable Integer silenceSeconds) {

    /** An attempt is open while PENDING or RUNNING. */
    public enum State {
        PENDING,
        RUNNING,
        SETTLED,
        CANCELLED
    }

    /** What a lane's jobs need. */
    public record Lane(
            String name,
            String image,
            @Nullable String nodeClass,
            int cpuMhz,
            int memoryMb,
            int diskMb,
            long maxRuntimeSeconds) {}

    @Override
    public String toString() {
        return "Attempt[" + attempt + ", epoch=" + epoch + ", " + state + "]";
    }
}
