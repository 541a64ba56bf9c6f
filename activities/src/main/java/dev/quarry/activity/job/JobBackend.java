package dev.quarry.activity.job;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs jobs on one cluster.
 *
 * <p>Callers retry, and may not know whether an earlier call arrived, so every method is safe to repeat. The job id, chosen by the
 * caller, is the key; a backend needs no memory of its own. Methods throw {@link JobBackendException} if the cluster cannot be asked.
 */
public interface JobBackend extends AutoCloseable {
    Capabilities capabilities();

    /**
     * Creates the job, or does nothing if one with its id is there, ended or not. Returns once the cluster has it. A job that was
     * stopped before it was submitted ends STOPPED without having run.
     *
     * @throws JobRejectedException if the cluster never will run it
     */
    JobHandle submit(JobSpec spec) throws JobRejectedException;

    /** The handle of the tenant's job with this id, if the cluster has it. */
    Optional<JobHandle> find(String tenant, JobId id);

    /**
     * Reads the states of many jobs in as few calls as the cluster allows. Every handle asked about is in the answer, at worst as
     * UNKNOWN, except where the part of the cluster that has the job cannot be asked while others can: it is left out, and to be asked
     * again.
     */
    Map<JobHandle, JobStatus> statuses(Collection<JobHandle> handles);

    /**
     * Tells the listener handles worth reading, soon after they changed. A hint: some may be missing, some told twice. The listener
     * must be quick. A backend without a way to know tells nothing.
     */
    void changes(Consumer<JobHandle> listener);

    /**
     * Runs the listener when changes may have gone untold, as before each connection to the cluster: whoever follows jobs is to read
     * them. A backend that tells nothing, or everything, never does.
     */
    default void gaps(Runnable listener) {}

    /**
     * Asks that the job be stopped: it is told to, and after a grace period made to. Does nothing if it has ended. Without a handle it
     * is found by its id; if it is not there, a later {@link #submit} of that id does not run it.
     */
    void stop(String tenant, JobId id, Optional<JobHandle> handle);

    /** Forgets the listeners and frees what this process holds. Jobs go on if the backend can outlive this process. */
    @Override
    void close();
}
