package dev.quarry.proxy.attempt;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What open says (protocol.md, section 2); the attempt comes with OPEN and CLOSED. */
record OpenAnswer(
        Kind answer,
        int epoch,
        @Nullable AttemptView attempt,
        @Nullable Long retryAfterMillis,
        @Nullable String reason,
        List<StopJob> stopList) {

    enum Kind {
        OPEN,
        CLOSED,
        DONE,
        RUN_CLOSED,
        STALE,
        REFUSED,
        EMPTY
    }

    /** An attempt as its worker sees it. The ticket is there only while PENDING; it is not printed. */
    record AttemptView(
            UUID attempt,
            int epoch,
            String jobId,
            AttemptState state,
            @Nullable String handle,
            @Nullable String ticket,
            LaneView lane,
            int files,
            long bytes,
            String tenant,
            String store,
            String workflowId,
            long pendingDeadlineSeconds,
            long silenceSeconds) {

        @Override
        public String toString() {
            return "AttemptView[" + attempt + ", epoch=" + epoch + ", " + state + "]";
        }
    }

    /** What a worker must know of a lane. */
    record LaneView(
            String name,
            String image,
            @Nullable String nodeClass,
            int cpuMhz,
            int memoryMb,
            int diskMb,
            int maxRuntimeSeconds) {}

    static OpenAnswer of(Kind kind, int epoch, List<StopJob> stopList) {
        return new OpenAnswer(kind, epoch, null, null, null, stopList);
    }
}
