package dev.quarry.activity.job;

import dev.quarry.workflow.JobEnd;

/** Somebody who waits for a job's end. Methods may block on the network; the watcher calls one at a time. */
public interface Waiter {
    /** What a heartbeat found out. */
    enum Pulse {
        /** Still waiting. */
        WAITING,
        /** No longer wanted: the job is to be stopped. */
        CANCELLED,
        /** Waits no longer, or elsewhere: the job goes on. */
        GONE
    }

    /** Says that the job is being looked after. Throws if that could not be said; the watcher tries again. */
    Pulse heartbeat(JobId job, JobHandle handle);

    /** The job ended. Throws if that could not be said; the watcher tries again. */
    void ended(JobEnd end);

    /** The job was told to stop because of a CANCELLED pulse. */
    void cancelled();

    /**
     * The watcher stops looking after the job, which goes on: because this process ends, or since the waiter is GONE or has a successor. If somebody
     * still waits, another should take over soon. Whatever the waiter holds of this process is free afterwards.
     */
    void handOver();
}
