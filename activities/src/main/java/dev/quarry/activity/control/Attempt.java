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
        @Nullable Exhausted exhausted,
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

    /** The largest node has given all it has before: no job is to be submitted, and the end is final. */
    public record Exhausted(Resource resource, @Nullable String detail) {
        /** What ran out. */
        public enum Resource {
            MEMORY,
            DISK
        }
    }

    /** What a lane's jobs need, and what this attempt's job asks for: the factors are in it. */
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
