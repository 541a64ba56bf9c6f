package dev.quarry.activity.nomad;

import com.hashicorp.nomad.apimodel.AllocationListStub;
import com.hashicorp.nomad.apimodel.AllocationMetric;
import com.hashicorp.nomad.apimodel.Evaluation;
import com.hashicorp.nomad.apimodel.Job;
import com.hashicorp.nomad.apimodel.JobListStub;
import dev.quarry.activity.job.Capabilities;
import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Jobs as registered batch jobs of a Nomad namespace; the handle is the job's id. A job is created once: whoever comes second finds it.
 * The ticket stands in the job's environment, where whoever may read the namespace's jobs reads it.
 */
public final class NomadJobBackend implements JobBackend {
    /** From so many on, lists of the namespace, two or three, cost Nomad less than two reads a job. */
    private static final int WORTH_LISTS = 8;

    private final NomadConfig config;
    private final NomadCluster cluster;
    private final NomadJob jobs;
    private final List<Consumer<JobHandle>> listeners = new CopyOnWriteArrayList<>();
    private @Nullable NomadEvents events;

    public NomadJobBackend(NomadConfig config) {
        this.config = config;
        cluster = new NomadCluster(config);
        jobs = new NomadJob(config);
    }

    /**
     * This, once Nomad has answered.
     *
     * @throws JobBackendException if it cannot be reached or does not take the token
     */
    public NomadJobBackend reached() {
        try {
            cluster.jobs("q-");
        } catch (JobBackendException e) {
            throw new JobBackendException(
                    e.getMessage()
                            + "; set NOMAD_ADDR, NOMAD_NAMESPACE and, where ACLs are on, QUARRY_NOMAD_TOKEN_FILE",
                    e);
        }
        return this;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(config.driver().enforcesMemory(), false, false, true);
    }

    @Override
    public JobHandle submit(JobSpec spec) throws JobRejectedException {
        cluster.create(jobs.of(spec));
        return handle(spec.id().value());
    }

    @Override
    public Optional<JobHandle> find(String tenant, JobId id) {
        return cluster.job(id.value()).map(found -> handle(id.value()));
    }

    @Override
    public Map<JobHandle, JobStatus> statuses(Collection<JobHandle> handles) {
        Function<String, Optional<NomadReading>> reading = handles.size() < WORTH_LISTS ? this::read : listed(handles);
        Map<JobHandle, JobStatus> statuses = new LinkedHashMap<>();
        for (JobHandle handle : handles) {
            statuses.put(
                    handle,
                    reading.apply(handle.value())
                            .map(read -> read.status(config.driver().enforcesMemory()))
                            .orElse(JobStatus.of(JobStatus.State.UNKNOWN)));
        }
        return statuses;
    }

    private Optional<NomadReading> read(String id) {
        return cluster.job(id).map(job -> {
            List<AllocationListStub> allocations = cluster.allocations(id);
            return new NomadReading(
                    Boolean.TRUE.equals(job.getStop()),
                    isDead(job),
                    allocations,
                    allocations.isEmpty() ? shortage(cluster.evaluations(id)) : null);
        });
    }

    private static boolean isDead(Job job) {
        return "dead".equals(job.getStatus());
    }

    private Function<String, Optional<NomadReading>> listed(Collection<JobHandle> handles) {
        Map<String, JobListStub> stubs = cluster.jobs(commonPrefix(handles)).stream()
                .collect(Collectors.toMap(JobListStub::getId, Function.identity()));
        // After the jobs: a job without allocations is then at worst PENDING for one more reading.
        Map<String, List<AllocationListStub>> allocations =
                cluster.allocations().stream().collect(Collectors.groupingBy(AllocationListStub::getJobId));
        boolean placed = handles.stream().map(JobHandle::value).allMatch(allocations::containsKey);
        Map<String, List<Evaluation>> evaluations =
                placed ? Map.of() : cluster.evaluations().stream().collect(Collectors.groupingBy(Evaluation::getJobId));
        return id -> Optional.ofNullable(stubs.get(id)).map(stub -> {
            List<AllocationListStub> own = allocations.getOrDefault(id, List.of());
            String shortage = own.isEmpty() ? shortage(evaluations.getOrDefault(id, List.of())) : null;
            return new NomadReading(stub.getStop(), "dead".equals(stub.getStatus()), own, shortage);
        });
    }

    private static String commonPrefix(Collection<JobHandle> handles) {
        return handles.stream()
                .map(JobHandle::value)
                .reduce(NomadJobBackend::commonPrefix)
                .orElse("");
    }

    private static String commonPrefix(String one, String other) {
        int length = 0;
        while (length < one.length() && length < other.length() && one.charAt(length) == other.charAt(length)) {
            length++;
        }
        return one.substring(0, length);
    }

    /** Which resource ran out, for a job without an allocation. */
    private static @Nullable String shortage(List<Evaluation> evaluations) {
        return evaluations.stream()
                .filter(evaluation -> evaluation.getFailedTgAllocs() != null)
                .max(Comparator.comparing(Evaluation::getModifyIndex))
                .flatMap(evaluation ->
                        evaluation.getFailedTgAllocs().values().stream().findFirst())
                .map(NomadJobBackend::words)
                .orElse(null);
    }

    private static String words(AllocationMetric metric) {
        return "not placed: " + metric.getNodesEvaluated() + " nodes looked at, constraints "
                + named(metric.getConstraintFiltered()) + ", exhausted " + named(metric.getDimensionExhausted());
    }

    private static Set<String> named(@Nullable Map<String, Integer> counts) {
        return counts == null ? Set.of() : counts.keySet();
    }

    @Override
    public synchronized void changes(Consumer<JobHandle> listener) {
        listeners.add(listener);
        if (events == null) {
            events = new NomadEvents(config, this::tell, this::tellAll);
        }
    }

    private void tell(String job) {
        JobHandle handle = handle(job);
        listeners.forEach(listener -> listener.accept(handle));
    }

    /** What changed while nobody listened is not told again. */
    private void tellAll() {
        cluster.allocations().stream()
                .map(AllocationListStub::getJobId)
                .distinct()
                .forEach(this::tell);
    }

    @Override
    public void stop(String tenant, JobId id, Optional<JobHandle> handle) {
        if (handle.isEmpty() && cluster.job(id.value()).isEmpty() && createdStopped(id)) {
            return;
        }
        cluster.deregister(handle.map(JobHandle::value).orElse(id.value()));
    }

    private boolean createdStopped(JobId id) {
        try {
            return cluster.create(jobs.neverToRun(id));
        } catch (JobRejectedException e) {
            throw new IllegalStateException(Objects.requireNonNull(e.getMessage()), e);
        }
    }

    private static JobHandle handle(String id) {
        return new JobHandle(id);
    }

    @Override
    public synchronized void close() {
        listeners.clear();
        if (events != null) {
            events.close();
        }
        cluster.close();
    }
}
