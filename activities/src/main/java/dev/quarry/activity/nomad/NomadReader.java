package dev.quarry.activity.nomad;

import com.hashicorp.nomad.apimodel.AllocationListStub;
import com.hashicorp.nomad.apimodel.AllocationMetric;
import com.hashicorp.nomad.apimodel.Evaluation;
import com.hashicorp.nomad.apimodel.JobListStub;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the jobs of one namespace with few calls: one for a job that ended by itself, two or three for any number of jobs. */
record NomadReader(NomadCluster cluster) {
    /** From so many on, lists of the namespace cost Nomad less than one or two reads a job. */
    private static final int WORTH_LISTS = 8;

    /** How to read each of these jobs; empty for one that Nomad does not know. */
    Function<String, Optional<NomadReading>> of(Collection<String> ids) {
        return ids.size() < WORTH_LISTS ? this::one : listed(ids);
    }

    private Optional<NomadReading> one(String id) {
        List<AllocationListStub> allocations = cluster.allocations(id);
        NomadReading alone = new NomadReading(false, false, allocations, null);
        if (alone.saysEnough()) {
            return Optional.of(alone);
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

    private Function<String, Optional<NomadReading>> listed(Collection<String> ids) {
        Map<String, JobListStub> stubs = cluster.jobs(commonPrefix(ids)).stream()
                .collect(Collectors.toMap(JobListStub::getId, Function.identity()));
        // After the jobs, for the same reason.
        Map<String, List<AllocationListStub>> allocations =
                cluster.allocations().stream().collect(Collectors.groupingBy(AllocationListStub::getJobId));
        boolean placed = allocations.keySet().containsAll(ids);
        Map<String, List<Evaluation>> evaluations =
                placed ? Map.of() : cluster.evaluations().stream().collect(Collectors.groupingBy(Evaluation::getJobId));
        return id -> Optional.ofNullable(stubs.get(id)).map(stub -> {
            List<AllocationListStub> own = allocations.getOrDefault(id, List.of());
            String shortage = own.isEmpty() ? shortage(evaluations.getOrDefault(id, List.of())) : null;
            return new NomadReading(stub.getStop(), isDead(stub.getStatus()), own, shortage);
        });
    }

    private static boolean isDead(@Nullable String status) {
        return "dead".equals(status);
    }

    private static String commonPrefix(Collection<String> ids) {
        return ids.stream().reduce(NomadReader::commonPrefix).orElse("");
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
