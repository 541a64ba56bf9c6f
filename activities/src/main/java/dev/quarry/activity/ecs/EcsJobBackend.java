package dev.quarry.activity.ecs;

import dev.quarry.activity.job.Capabilities;
import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Jobs as tasks of an ECS cluster; the handle is the task's ARN. A job is started once, by its id as client token: whoever comes second
 * is told the same task. A job that ECS found no place for has a handle that says so, since ECS gives the same answer for the same
 * token: only another attempt, with another id, is tried anew. The ticket stands in the task's overrides, where whoever may describe
 * the cluster's tasks reads it.
 */
public final class EcsJobBackend implements JobBackend {
    /** Comes back as the task's stopped reason. */
    private static final String STOP_REASON = "stopped by Quarry";

    private static final String NOT_PLACED = "not-placed/";
    private static final int HANDLE_LENGTH = 1000;
    /** ECS refuses a whole hundred for one that is none. */
    private static final Pattern ARN = Pattern.compile("arn:[^:]+:ecs:[^:]+:[^:]+:task/.+");

    private final EcsConfig config;
    private final EcsCluster cluster;
    private final EcsTask tasks;
    private final EcsTasks known;
    private final List<Consumer<JobHandle>> listeners = new CopyOnWriteArrayList<>();

    public EcsJobBackend(EcsConfig config) {
        this.config = config;
        cluster = new EcsCluster(config);
        tasks = new EcsTask(config);
        Set<String> containers =
                config.images().values().stream().map(EcsImage::container).collect(Collectors.toUnmodifiableSet());
        known = new EcsTasks(cluster, task -> new EcsReading(task, containers).status(), config.sweep());
    }

    /**
     * This, once ECS has answered and has what the jobs need.
     *
     * @throws JobBackendException if it cannot be reached, does not take the credentials, or lacks the cluster or a task definition
     * @throws IllegalArgumentException if a task definition is not what jobs need
     */
    public EcsJobBackend reached() {
        try {
            new EcsDeployment(config, cluster).check();
        } catch (JobBackendException e) {
            throw new JobBackendException(
                    e.getMessage()
                            + "; set AWS_REGION, AWS_ENDPOINT_URL_ECS and the AWS credentials, QUARRY_ECS_CLUSTER and QUARRY_ECS_TASK_DEFINITION",
                    e);
        }
        return this;
    }

    @Override
    public Capabilities capabilities() {
        return new Capabilities(true, false, false, true);
    }

    @Override
    public JobHandle submit(JobSpec spec) throws JobRejectedException {
        EcsCluster.Run run = cluster.run(tasks.of(spec));
        String task = run.task();
        JobHandle handle = task == null ? notPlaced(spec.id(), String.valueOf(run.failure())) : new JobHandle(task);
        if (task == null || known.expect(task, run.fresh())) {
            tell(handle);
        }
        return handle;
    }

    private void tell(JobHandle handle) {
        listeners.forEach(listener -> listener.accept(handle));
    }

    private static JobHandle notPlaced(JobId id, String reason) {
        String handle = NOT_PLACED + id + "/" + reason;
        return new JobHandle(handle.length() <= HANDLE_LENGTH ? handle : handle.substring(0, HANDLE_LENGTH));
    }

    @Override
    public Optional<JobHandle> find(String tenant, JobId id) {
        return cluster.running(id.value()).or(() -> cluster.stopped(id.value())).map(JobHandle::new);
    }

    @Override
    public Map<JobHandle, JobStatus> statuses(Collection<JobHandle> handles) {
        Map<String, JobStatus> told = known.statuses(handles.stream()
                .map(JobHandle::value)
                .filter(EcsJobBackend::isTask)
                .distinct()
                .toList());
        Map<JobHandle, JobStatus> statuses = new LinkedHashMap<>();
        for (JobHandle handle : handles) {
            JobStatus status = told.get(handle.value());
            statuses.put(handle, status == null ? withoutTask(handle.value()) : status);
        }
        return statuses;
    }

    private static boolean isTask(String handle) {
        return ARN.matcher(handle).matches();
    }

    private static JobStatus withoutTask(String handle) {
        if (!handle.startsWith(NOT_PLACED)) {
            return JobStatus.of(State.UNKNOWN, "not a handle of this backend");
        }
        return JobStatus.of(State.NOT_PLACED, handle.substring(handle.indexOf('/', NOT_PLACED.length()) + 1));
    }

    @Override
    public synchronized void changes(Consumer<JobHandle> listener) {
        if (listeners.isEmpty()) {
            known.follow(task -> tell(new JobHandle(task)));
        }
        listeners.add(listener);
    }

    @Override
    public void stop(String tenant, JobId id, Optional<JobHandle> handle) {
        Optional<String> task =
                handle.isPresent() ? handle.map(JobHandle::value).filter(EcsJobBackend::isTask) : taskOf(id);
        task.ifPresent(arn -> cluster.stop(arn, STOP_REASON));
    }

    /** The job's task, or one that takes its place for good; none if ECS has no place for it: what comes later is told so by its handle. */
    private Optional<String> taskOf(JobId id) {
        // One that has ended need not be looked for: its token leads to it.
        return cluster.running(id.value()).or(() -> cluster.occupy(tasks.neverToRun(id)));
    }

    @Override
    public void close() {
        listeners.clear();
        known.close();
        cluster.close();
    }
}
