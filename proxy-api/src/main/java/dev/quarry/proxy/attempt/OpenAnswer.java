package dev.quarry.proxy.attempt;

import dev.quarry.proxy.lane.JobSizes;
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
            @Nullable Exhausted exhausted,
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

    /** The escalation has come to the largest node: there is to be no job, and the end is final. */
    record Exhausted(JobSizes.Exhausted resource, @Nullable String detail) {
        static @Nullable Exhausted of(AttemptRow.AskedFor job) {
            return job.exhausted() == null ? null : new Exhausted(job.exhausted(), job.exhaustedDetail());
        }
    }

    /** What a worker must know of a lane, with the sizes of this attempt's job: the same whenever the attempt is opened. */
    record LaneView(
            String name,
            String image,
            @Nullable String nodeClass,
            int cpuMhz,
            int memoryMb,
            int diskMb,
            int maxRuntimeSeconds) {
        static LaneView of(String lane, AttemptRow.AskedFor job) {
            return new LaneView(
                    lane,
                    job.image(),
                    job.nodeClass(),
                    job.size().cpuMhz(),
                    job.size().memoryMb(),
                    job.size().diskMb(),
                    job.maxRuntimeSeconds());
        }
    }

    static OpenAnswer of(Kind kind, int epoch, List<StopJob> stopList) {
        return new OpenAnswer(kind, epoch, null, null, null, stopList);
    }
}
