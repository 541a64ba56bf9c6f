package dev.quarry.activity.nomad;

import com.hashicorp.nomad.apimodel.AllocationListStub;
import com.hashicorp.nomad.apimodel.AllocationMetric;
import com.hashicorp.nomad.apimodel.Evaluation;
import com.hashicorp.nomad.apimodel.JobListStub;
import dev.quarry.activity.job.JobBackendException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the jobs of one namespace with few calls: one for a job that ended by itself, two or three for fifty of many.
 *
 * @param calls runs those of single jobs at once
 */
record NomadReader(NomadCluster cluster, NomadLists lists, Executor calls) {
    /** From so many on, lists of the namespace cost Nomad less than one or two reads a job. */
    private static final int WORTH_LISTS = 8;
    /** And from so many on, a list of everything that goes on costs it less than filters by id, a call each fifty. */
    private static final int WORTH_ALL_LIVE = 150;
    /** What can stand in a filter as it is; ours all can. */
    private static final Pattern SPEAKABLE = Pattern.compile("[A-Za-z0-9-]+");

    /** How to read each of these jobs; empty for one that Nomad does not know. */
    Function<String, Optional<NomadReading>> of(Collection<String> ids) {
        return ids.size() < WORTH_LISTS ? single(ids) : listed(ids);
    }

    /** All of them at once: whoever waits for one must not wait for all the others first. */
    private Function<String, Optional<NomadReading>> single(Collection<String> ids) {
        Map<String, CompletableFuture<Optional<NomadReading>>> asked = ids.stream()
                .collect(Collectors.toMap(id -> id, id -> CompletableFuture.supplyAsync(() -> one(id), calls)));
        return id -> answered(asked.get(id));
    }

    private static Optional<NomadReading> answered(@Nullable CompletableFuture<Optional<NomadReading>> asked) {
        try {
            return asked == null ? Optional.empty() : asked.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof JobBackendException failed) {
                throw failed;
            }
            throw e;
        }
    }

    private Optional<NomadReading> one(String id) {
        List<AllocationListStub> allocations = cluster.allocations(id);
        if (alone(allocations).saysEnough()) {
            return Optional.of(alone(allocations));
        }
        return cluster.job(id).map(job -> {
            // After the job: one without allocations is then at worst PENDING for one more reading.
            List<AllocationListStub> now = allocations.isEmpty() ? cluster.allocations(id) : allocations;
            return new NomadReading(
                    Boolean.TRUE.equals(job.getStop()),
                    isDead(job.getStatus()),
                    now,
                    now.isEmpty() ? shortage(cluster.evaluations(id)) : null);
        });
    }

    /** Of many jobs most go on, which a list of what goes on tells without naming them. */
    private Function<String, Optional<NomadReading>> listed(Collection<String> ids) {
        Set<String> rest = new HashSet<>(ids);
        rest.removeIf(id -> !SPEAKABLE.matcher(id).matches());
        Map<String, NomadReading> readings = new HashMap<>();
        if (rest.size() > WORTH_ALL_LIVE) {
            lists.live(allocation -> {
                if (rest.contains(allocation.getJobId())) {
                    readings.merge(allocation.getJobId(), alone(List.of(allocation)), NomadReader::both);
                }
            });
            rest.removeAll(readings.keySet());
        }
        readings.putAll(named(rest));
        return id -> Optional.ofNullable(readings.get(id));
    }

    private static NomadReading alone(List<AllocationListStub> allocations) {
        return new NomadReading(false, false, allocations, null);
    }

    private static NomadReading both(NomadReading one, NomadReading other) {
        return alone(Stream.concat(one.allocations().stream(), other.allocations().stream())
                .toList());
    }

    private Map<String, NomadReading> named(Set<String> ids) {
        List<JobListStub> jobs = lists.jobs(ids);
        // After the jobs, for the same reason.
        Map<String, List<AllocationListStub>> allocations =
                lists.allocations(ids).stream().collect(Collectors.groupingBy(AllocationListStub::getJobId));
        Set<String> unplaced = jobs.stream().map(JobListStub::getId).collect(Collectors.toSet());
        unplaced.removeAll(allocations.keySet());
        Map<String, List<Evaluation>> evaluations =
                lists.evaluations(unplaced).stream().collect(Collectors.groupingBy(Evaluation::getJobId));
        Map<String, NomadReading> readings = new HashMap<>();
        for (JobListStub job : jobs) {
            readings.put(
                    job.getId(),
                    new NomadReading(
                            job.getStop(),
                            isDead(job.getStatus()),
                            allocations.getOrDefault(job.getId(), List.of()),
                            shortage(evaluations.getOrDefault(job.getId(), List.of()))));
        }
        // Of a purged job allocations are left for a while.
        allocations.forEach((id, left) -> {
            if (!readings.containsKey(id) && alone(left).saysEnough()) {
                readings.put(id, alone(left));
            }
        });
        return readings;
    }

    private static boolean isDead(@Nullable String status) {
        return "dead".equals(status);
    }

    /** Which resource ran out, for a job without an allocation. */
    private static @Nullable String shortage(List<Evaluation> evaluations) {
        return evaluations.stream()
                .filter(evaluation -> evaluation.getFailedTgAllocs() != null)
                .max(Comparator.comparing(Evaluation::getModifyIndex))
                .flatMap(evaluation ->
                        evaluation.getFailedTgAllocs().values().stream().findFirst())
                .map(NomadReader::words)
                .orElse(null);
    }

    private static String words(AllocationMetric metric) {
        return "not placed: " + metric.getNodesEvaluated() + " nodes looked at, constraints "
                + named(metric.getConstraintFiltered()) + ", exhausted " + named(metric.getDimensionExhausted());
    }

    private static Set<String> named(@Nullable Map<String, Integer> counts) {
        return counts == null ? Set.of() : counts.keySet();
    }
}
