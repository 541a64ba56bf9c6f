package dev.quarry.activity.memory;

import dev.quarry.activity.job.JobSpec;

/** What a job of the memory backend does instead of running a container. */
@FunctionalInterface
public interface Program {
    /** Runs the job on a thread of its own; returns the exit code. A throw counts as a crash. */
    int run(JobSpec spec, StopSignal signal) throws Exception;
}
