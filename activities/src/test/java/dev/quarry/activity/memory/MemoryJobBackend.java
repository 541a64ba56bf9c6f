package dev.quarry.activity.memory;

import dev.quarry.activity.job.Capabilities;
import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Jobs as threads of this JVM, for tests of everything around them. */
public final class MemoryJobBackend implements JobBackend {
    private static final String PREFIX = "memory:";
    private static final Capabilities CAPABILITIES = new Capabilities(true, false, true, true);

    private final MemoryCluster cluster;
    private final Duration grace;
    private final List<Consumer<JobHandle>> listeners = new CopyOnWriteArrayList<>();

    public MemoryJobBackend(MemoryCluster cluster, Duration grace) {
        this.cluster = cluster;
        this.grace = grace;
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public JobHandle submit(JobSpec spec) throws JobRejectedException {
        Program program = cluster.program(spec.image())
                .orElseThrow(() -> new JobRejectedException("no program for image " + spec.image() + "; there are "
                        + cluster.programs().keySet()));
        return cluster.create(spec, program).handle();
    }

    @Override
    public Optional<JobHandle> find(String tenant, JobId id) {
        return cluster.job(id).map(MemoryJob::handle);
    }

    @Override
    public Map<JobHandle, JobStatus> statuses(Collection<JobHandle> handles) {
        Map<JobHandle, JobStatus> statuses = new LinkedHashMap<>();
        handles.forEach(handle -> statuses.put(handle, status(handle)));
        return statuses;
    }

    private JobStatus status(JobHandle handle) {
        if (!handle.value().startsWith(PREFIX)) {
            return JobStatus.of(State.UNKNOWN, "not a handle of this backend");
        }
        return cluster.job(new JobId(handle.value().substring(PREFIX.length())))
                .map(MemoryJob::status)
                .orElseGet(() -> JobStatus.of(State.UNKNOWN, "no such job"));
    }

    @Override
    public void changes(Consumer<JobHandle> listener) {
        listeners.add(listener);
        cluster.listen(listener);
    }

    @Override
    public void stop(String tenant, JobId id, Optional<JobHandle> handle) {
        cluster.job(id).orElseGet(() -> cluster.createStopped(id)).stop(grace);
    }

    @Override
    public void close() {
        listeners.forEach(cluster::unlisten);
    }
}
