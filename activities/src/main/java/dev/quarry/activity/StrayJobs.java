package dev.quarry.activity;

import dev.quarry.activity.control.Listed;
import dev.quarry.activity.control.StopJob;
import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stops the jobs on stop lists (protocol.md section 1): that is what leaves no job behind. */
final class StrayJobs {
    private final JobBackend backend;

    StrayJobs(JobBackend backend) {
        this.backend = backend;
    }

    /** The answer, once every job listed with it has been told to stop. */
    <T> T stopped(Listed<T> listed) {
        stop(listed.stopList());
        return listed.answer();
    }

    /** Tries all of them; throws if one could not be told, so that the whole is tried again. */
    void stop(List<StopJob> jobs) {
        @Nullable JobBackendException failure = null;
        for (StopJob job : jobs) {
            try {
                backend.stop(
                        job.tenant(),
                        new JobId(job.jobId()),
                        Optional.ofNullable(job.handle()).map(JobHandle::new));
            } catch (JobBackendException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
