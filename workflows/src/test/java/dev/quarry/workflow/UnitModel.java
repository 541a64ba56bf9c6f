package dev.quarry.workflow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One unit's rows and the calls on them, word by word after protocol.md section 2, in memory. Asserts the invariants of section 6
 * that a store can see. The tickets of its attempts travel in private, so every close of a live run promotes.
 */
final class UnitModel {
    /** An attempt's row and its job. */
    static final class AttemptRow {
        final long epoch;
        final String requestId;
        final Set<Integer> items;
        final Set<Integer> started = new HashSet<>();
        final Set<Integer> recorded = new HashSet<>();
        boolean open = true;
        boolean endKnown;

        AttemptRow(long epoch, String requestId, Set<Integer> items) {
            this.epoch = epoch;
            this.requestId = requestId;
            this.items = items;
        }
    }

    /** What open answers. */
    record Opened(String answer, long epoch, @Nullable AttemptRow attempt) {}

    final UnitRef ref;
    private final Supplier<Boolean> runLives;
    private final ModelLog log;
    private final Map<Integer, String> outcomes = new TreeMap<>();
    private final Map<String, AttemptRow> attempts = new LinkedHashMap<>();
    private long epoch;

    UnitModel(UnitRef ref, Supplier<Boolean> runLives, ModelLog log) {
        this.ref = ref;
        this.runLives = runLives;
        this.log = log;
    }

    synchronized long epoch() {
        return epoch;
    }

    synchronized boolean isDone() {
        return missing().isEmpty();
    }

    synchronized Map<Integer, String> outcomes() {
        return new TreeMap<>(outcomes);
    }

    /** Items that attempts have recorded, whether they count or not. */
    synchronized int recorded() {
        return attempts.values().stream().mapToInt(row -> row.recorded.size()).sum();
    }

    synchronized int attempts() {
        return attempts.size();
    }

    synchronized Opened open(String requestId, long after, @Nullable List<Integer> selected) {
        AttemptRow known = attempts.get(requestId);
        if (known != null) {
            return new Opened(known.open ? "OPEN" : "CLOSED", known.epoch, known);
        }
        if (isDone()) {
            return new Opened("DONE", epoch, null);
        }
        if (!runLives.get()) {
            return new Opened("RUN_CLOSED", epoch, null);
        }
        if (epoch != after) {
            return new Opened("STALE", epoch, null);
        }
        Set<Integer> wanted = new HashSet<>(missing());
        if (selected != null) {
            wanted.retainAll(selected);
        }
        if (wanted.isEmpty()) {
            return new Opened("EMPTY", epoch, null);
        }
        newest(row -> row.open).ifPresent(this::close);
        wanted.retainAll(missing());
        AttemptRow row = new AttemptRow(++epoch, requestId, wanted);
        attempts.put(requestId, row);
        if (wanted.isEmpty()) {
            row.open = false;
            return new Opened("EMPTY", epoch, null);
        }
        log.add("open " + ref.number() + " e" + epoch);
        return new Opened("OPEN", epoch, row);
    }

    /** The agent's calls; false is 410. */
    synchronized boolean started(AttemptRow row, int item) {
        return row.open && row.started.add(item);
    }

    synchronized boolean done(AttemptRow row, int item) {
        if (row.open) {
            check(row.epoch == epoch, "accepted for an epoch that is not the newest");
            check(row.items.contains(item), "a result for an item of another attempt");
            row.recorded.add(item);
        }
        return row.open;
    }

    synchronized SettleAnswer settle(String requestId, JobEnd end) {
        AttemptRow row = attempts.get(requestId);
        List<Integer> suspects = List.of();
        if (row != null) {
            close(row);
            row.endKnown |= end.state() != JobEnd.State.LOST;
            suspects = row.started.stream()
                    .filter(item -> !row.recorded.contains(item) && missing().contains(item))
                    .sorted()
                    .toList();
        }
        stopListed();
        return new SettleAnswer(epoch, isDone(), true, missing(), suspects, List.of());
    }

    synchronized ConcludeAnswer conclude(@Nullable List<Integer> items, @Nullable Long after, FailReason reason) {
        if (isDone()) {
            return answer(ConcludeAnswer.Answer.DONE);
        }
        if (after != null && after != epoch) {
            return answer(ConcludeAnswer.Answer.STALE);
        }
        newest(row -> row.open).ifPresent(this::close);
        log.add("conclude " + ref.number() + " " + reason);
        for (int item : missing()) {
            if (items == null || items.contains(item)) {
                conclude(item, "FAILED(" + reason + ")");
            }
        }
        return answer(ConcludeAnswer.Answer.OK);
    }

    synchronized ConcludeAnswer fence(long after) {
        if (isDone()) {
            return answer(ConcludeAnswer.Answer.DONE);
        }
        if (epoch != after) {
            return answer(ConcludeAnswer.Answer.STALE);
        }
        newest(row -> row.open).ifPresent(this::close);
        if (isDone()) {
            return answer(ConcludeAnswer.Answer.DONE);
        }
        epoch++;
        log.add("fence " + ref.number() + " e" + epoch);
        return answer(ConcludeAnswer.Answer.OK);
    }

    /** Somebody else closes what is open: a new run of the store, or a claim that came twice. */
    synchronized void closeOpenAttempts() {
        newest(row -> row.open).ifPresent(this::close);
    }

    private ConcludeAnswer answer(ConcludeAnswer.Answer answer) {
        stopListed();
        return new ConcludeAnswer(answer, epoch, isDone(), missing());
    }

    private void stopListed() {
        for (AttemptRow row : attempts.values()) {
            if (!row.open && !row.endKnown) {
                log.add("stop " + ref.number() + " e" + row.epoch);
            }
        }
    }

    private void close(AttemptRow row) {
        if (row.open) {
            row.open = false;
            if (runLives.get()) {
                row.recorded.forEach(item -> conclude(item, "INDEXED"));
            }
        }
    }

    private void conclude(int item, String outcome) {
        String before = outcomes.put(item, outcome);
        check(before == null, "item " + item + " has two outcomes: " + before + ", " + outcome);
    }

    private List<Integer> missing() {
        return IntStream.range(0, ref.files())
                .filter(item -> !outcomes.containsKey(item))
                .boxed()
                .toList();
    }

    private java.util.Optional<AttemptRow> newest(java.util.function.Predicate<AttemptRow> which) {
        List<AttemptRow> rows = new ArrayList<>(attempts.values());
        return rows.stream().filter(which).reduce((first, second) -> second);
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            log.broken("unit " + ref.number() + ": " + otherwise);
        }
    }
}
