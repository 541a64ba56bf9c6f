package dev.quarry.workflow;

import io.temporal.activity.ActivityInterface;

/** Runs one attempt at a unit as a job. */
@ActivityInterface
public interface JobRunner {
    /**
     * protocol.md section 3: opens the attempt of {@code request.requestId}, submits its job or attaches to it, and waits for the
     * job's end. Safe to repeat at any point: a further execution attaches to the same job. Heartbeats while it waits. A refusal
     * by the gate is a benign failure with the delay that the API asked for.
     */
    JobResult runJob(JobRequest request);
}
