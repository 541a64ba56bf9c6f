package dev.quarry.activity.memory;

import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The jobs of this JVM: what a cluster is to the other backends. It outlives the backend objects that use it. */
public final class MemoryCluster {
    private final Map<String, Program> programs;
    private volatile @Nullable String shortOf;
    private final Map<JobId, MemoryJob> jobs = new ConcurrentHashMap<>();
    private final List<Consumer<JobHandle>> listeners = new CopyOnWriteArrayList<>();

    /**
     * @param programs what runs for each image
     */
    public MemoryCluster(Map<String, Program> programs) {
        this.programs = Map.copyOf(programs);
    }

    Optional<Program> program(String image) {
        return Optional.ofNullable(programs.get(image));
    }

    Map<String, Program> programs() {
        return programs;
    }

    Optional<MemoryJob> job(JobId id) {
        return Optional.ofNullable(jobs.get(id));
    }

    MemoryJob create(JobSpec spec, Program program) {
        return jobs.computeIfAbsent(spec.id(), id -> {
            MemoryJob job = new MemoryJob(id, this::tell);
            String noRoom = shortOf;
            if (noRoom == null) {
                job.start(spec, program);
            } else {
                job.waitFor(noRoom, spec, program);
            }
            return job;
        });
    }

    MemoryJob createStopped(JobId id) {
        return jobs.computeIfAbsent(id, absent -> {
            MemoryJob job = new MemoryJob(absent, this::tell);
            job.neverStart();
            return job;
        });
    }

    void listen(Consumer<JobHandle> listener) {
        listeners.add(listener);
    }

    void unlisten(Consumer<JobHandle> listener) {
        listeners.remove(listener);
    }

    /** From now on there is no room, for this reason: new jobs wait. */
    public void full(String reason) {
        shortOf = reason;
    }

    /** There is room again: waiting jobs start. */
    public void free() {
        shortOf = null;
        jobs.values().forEach(MemoryJob::placed);
    }

    /** Forgets a job, as a cluster does that has lost its node. For tests. */
    public void forget(JobId id) {
        MemoryJob job = jobs.remove(id);
        if (job != null) {
            job.stop(Duration.ZERO);
        }
    }

    private void tell(JobHandle handle) {
        listeners.forEach(listener -> listener.accept(handle));
    }
}
