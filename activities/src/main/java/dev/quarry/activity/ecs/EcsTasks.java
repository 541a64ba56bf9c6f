package dev.quarry.activity.ecs;

import dev.quarry.activity.job.Daemons;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.Pieces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.ecs.model.Task;

/**
 * What ECS last said of the tasks that somebody asks about. ECS pushes nothing and gives an account twenty reads a second, so one sweep
 * reads all of them in hundreds, and whoever asks in between is told what the last one found: at most a sweep ago, or the end, which
 * never changes.
 */
final class EcsTasks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EcsTasks.class);
    /** Nobody waits for a task that was not asked about for so long. */
    private static final long FORGET_NANOS = Duration.ofMinutes(30).toNanos();

    private record Reading(JobStatus status, long read, long asked) {
        private boolean isGoodAt(long now, long sweep) {
            return status.state().isFinal() || now - read < sweep;
        }

        private Reading askedAt(long now) {
            return new Reading(status, read, now);
        }
    }

    private final EcsCluster cluster;
    private final Function<Task, JobStatus> meaning;
    private final Duration sweep;
    private final Map<String, Reading> readings = new ConcurrentHashMap<>();
    private final ScheduledExecutorService loop =
            Executors.newSingleThreadScheduledExecutor(Daemons.named("ecs-sweep"));

    EcsTasks(EcsCluster cluster, Function<Task, JobStatus> meaning, Duration sweep) {
        this.cluster = cluster;
        this.meaning = meaning;
        this.sweep = sweep;
    }

    /**
     * The next sweep reads the task too.
     *
     * @param fresh as RunTask told it, which saves a reading until then; null if it was told before, when it tells too little
     * @return whether its end is known already, which no sweep will tell again
     */
    boolean expect(String task, @Nullable Task fresh) {
        long now = System.nanoTime();
        JobStatus told = fresh == null ? null : meaning.apply(fresh);
        if (told != null && !told.state().isFinal()) {
            keep(task, told, now);
        } else {
            long neverRead = now - sweep.toNanos();
            readings.putIfAbsent(task, new Reading(JobStatus.of(JobStatus.State.UNKNOWN), neverRead, now));
        }
        return Objects.requireNonNull(readings.get(task)).status().state().isFinal();
    }

    /** The state of each task; ECS may not know a task, for good, or not yet. */
    Map<String, JobStatus> statuses(Collection<String> tasks) {
        long now = System.nanoTime();
        List<String> unread = new ArrayList<>();
        for (String task : tasks) {
            Reading known = readings.computeIfPresent(task, (same, reading) -> reading.askedAt(now));
            if (known == null || !known.isGoodAt(now, sweep.toNanos())) {
                unread.add(task);
            }
        }
        Pieces.of(unread, EcsCluster.TASKS_A_CALL).forEach(this::read);
        Map<String, JobStatus> statuses = new LinkedHashMap<>();
        tasks.forEach(task ->
                statuses.put(task, Objects.requireNonNull(readings.get(task)).status()));
        return statuses;
    }

    /** Sweeps from now on, and tells each task whose end a sweep has found. */
    void follow(Consumer<String> ended) {
        long millis = sweep.toMillis();
        ScheduledFuture<?> unused =
                loop.scheduleWithFixedDelay(() -> sweep(ended), millis, millis, TimeUnit.MILLISECONDS);
    }

    private void sweep(Consumer<String> ended) {
        long now = System.nanoTime();
        readings.values().removeIf(reading -> now - reading.asked() > FORGET_NANOS);
        List<String> running = readings.entrySet().stream()
                .filter(reading -> !reading.getValue().status().state().isFinal())
                .map(Map.Entry::getKey)
                .toList();
        for (List<String> some : Pieces.of(running, EcsCluster.TASKS_A_CALL)) {
            try {
                read(some).forEach(ended);
            } catch (JobBackendException e) {
                LOG.warn("{}; trying again", e.getMessage());
            } catch (RuntimeException e) {
                // It would end the sweeps for good.
                LOG.error("a sweep failed; trying again", e);
            }
        }
    }

    /** @return those that were found to have ended */
    private List<String> read(List<String> tasks) {
        long now = System.nanoTime();
        Map<String, JobStatus> told =
                cluster.tasks(tasks).stream().collect(Collectors.toMap(Task::taskArn, meaning, (one, same) -> one));
        List<String> ended = new ArrayList<>();
        for (String task : tasks) {
            JobStatus status = told.getOrDefault(task, JobStatus.of(JobStatus.State.UNKNOWN, "ECS has no such task"));
            keep(task, status, now);
            if (status.state().isFinal()) {
                ended.add(task);
            }
        }
        return ended;
    }

    private void keep(String task, JobStatus status, long now) {
        readings.merge(
                task,
                new Reading(status, now, now),
                (known, told) -> known.status().state().isFinal() ? known : new Reading(status, now, known.asked()));
    }

    @Override
    public void close() {
        loop.shutdownNow();
    }
}
