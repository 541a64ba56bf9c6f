package dev.quarry.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The policy against items of every kind: each ends with the outcome that its kind deserves, in a bounded number of attempts. */
class UnitPlanTest {
    private static final RunSettings SETTINGS = RunSettings.DEFAULTS;

    /** What an item does to the attempt that works on it. */
    enum Kind {
        GOOD("INDEXED"),
        POISON("FAILED(CRASHED)"),
        HANGS("FAILED(TIMED_OUT)"),
        NEEDS_TWICE("INDEXED"),
        NEEDS_EIGHT_TIMES("INDEXED"),
        NEEDS_MORE_THAN_THERE_IS("FAILED(OUT_OF_MEMORY)"),
        NEEDS_DISK("INDEXED");

        final String outcome;

        Kind(String outcome) {
            this.outcome = outcome;
        }
    }

    /** The API ends that: three times NOT_READABLE, once changed. */
    @Test
    void whatTheStoreWouldNotGiveIsTriedAgainLaterAndIsNotTheProgramsFault() {
        JobResult ended =
                new JobResult(JobResult.Answer.ENDED, 1, 2, new JobEnd(JobEnd.State.SUCCEEDED, 0, null), false);
        UnitPlan plan = UnitPlan.START;
        for (int tries = 1; tries <= 5; tries++) {
            SettleAnswer settled = new SettleAnswer(tries, false, true, List.of(0, 1), List.of(), List.of(0, 1));
            NextStep step = plan.next(ended, settled, SETTINGS);
            assertThat(step.giveUp()).isNull();
            assertThat(step.pause()).isPositive();
            plan = step.plan();
        }
        assertThat(plan.programTries()).isZero();
    }

    @Property(tries = 300)
    void everyItemEndsAsItDeserves(
            @ForAll @Size(min = 1, max = 8) List<Kind> items,
            @ForAll @IntRange(max = 5) int mishaps,
            @ForAll long seed) {
        Random chance = new Random(seed);
        Map<Integer, String> outcomes = new HashMap<>();
        UnitPlan plan = UnitPlan.START;
        int mishapsLeft = mishaps;
        for (int attempt = 0; outcomes.size() < items.size(); attempt++) {
            assertThat(attempt).isLessThan(100);
            List<Integer> chosen = chosen(plan, items.size(), outcomes);
            boolean mishap = mishapsLeft > 0 && chance.nextInt(3) == 0;
            mishapsLeft -= mishap ? 1 : 0;
            JobEnd end = mishap ? mishap(chance) : work(plan, items, chosen, outcomes);
            List<Integer> missing = missing(items.size(), outcomes);
            if (missing.isEmpty()) {
                return;
            }
            List<Integer> suspects = mishap || end.state() == JobEnd.State.SUCCEEDED
                    ? List.of()
                    : chosen.stream().filter(missing::contains).limit(1).toList();
            JobResult result = new JobResult(JobResult.Answer.ENDED, attempt, chosen.size(), end, false);
            NextStep step =
                    plan.next(result, new SettleAnswer(attempt, false, true, missing, suspects, null), SETTINGS);
            plan = step.plan();
            GiveUp giveUp = step.giveUp();
            if (giveUp != null) {
                giveUp.items().forEach(item -> outcomes.put(item, "FAILED(" + giveUp.reason() + ")"));
            }
        }
        for (int item = 0; item < items.size(); item++) {
            assertThat(outcomes).containsEntry(item, items.get(item).outcome);
        }
    }

    @ParameterizedTest
    @CsvSource({"OUT_OF_MEMORY, OUT_OF_MEMORY", "DISK_FULL, DISK_FULL", "NOT_PLACED, OUT_OF_MEMORY"})
    void aLargerJobThatNoNodeTakesIsFinalForTheResourceThatIsSaidToBeSpent(JobEnd.State end, FailReason reason) {
        UnitPlan plan = new UnitPlan(List.of(3), 4, 2, Map.of(), 0, 0, 5);
        JobResult refused = new JobResult(
                JobResult.Answer.ENDED,
                7,
                1,
                new JobEnd(end, null, "needs 8,192 MB, the largest node has 6,000"),
                true);
        NextStep step = plan.next(refused, new SettleAnswer(7, false, false, List.of(3, 4), List.of(), null), SETTINGS);
        GiveUp giveUp = java.util.Objects.requireNonNull(step.giveUp());
        assertThat(giveUp.items()).as("the others of its batch are not hurt").containsExactly(3);
        assertThat(giveUp.reason()).isEqualTo(reason);
        assertThat(giveUp.detail()).contains("the largest node has 6,000");
        assertThat(step.plan().memoryFactor()).isEqualTo(1);
    }

    @Test
    void aJobThatWasNotPlacedInTimeIsTriedAgainLaterAsOftenAsItTakes() {
        UnitPlan plan = UnitPlan.START;
        JobResult notPlaced =
                new JobResult(JobResult.Answer.ENDED, 1, 1, new JobEnd(JobEnd.State.NOT_PLACED, null, "memory"), false);
        for (int tried = 1; tried <= 50; tried++) {
            NextStep step =
                    plan.next(notPlaced, new SettleAnswer(tried, false, false, List.of(0), List.of(), null), SETTINGS);
            assertThat(step.giveUp()).isNull();
            assertThat(step.pause()).isEqualTo(SETTINGS.backoff(tried)).isPositive();
            plan = step.plan();
        }
    }

    private static List<Integer> chosen(UnitPlan plan, int size, Map<Integer, String> outcomes) {
        TreeSet<Integer> chosen = new TreeSet<>(missing(size, outcomes));
        if (plan.selected() != null) {
            chosen.retainAll(plan.selected());
        }
        assertThat(chosen).as("an attempt always has something to do").isNotEmpty();
        return new ArrayList<>(chosen);
    }

    private static List<Integer> missing(int size, Map<Integer, String> outcomes) {
        List<Integer> missing = new ArrayList<>();
        for (int item = 0; item < size; item++) {
            if (!outcomes.containsKey(item)) {
                missing.add(item);
            }
        }
        return missing;
    }

    /** What the cluster does, and never is an item's fault. */
    private static JobEnd mishap(Random chance) {
        return switch (chance.nextInt(4)) {
            case 0 -> JobEnd.lost("node gone");
            case 1 -> new JobEnd(JobEnd.State.STOPPED, 23, "drained");
            case 2 -> new JobEnd(JobEnd.State.NOT_PLACED, null, "no room");
            default -> new JobEnd(JobEnd.State.FAILED, 13, "API away");
        };
    }

    private static JobEnd work(UnitPlan plan, List<Kind> items, List<Integer> chosen, Map<Integer, String> outcomes) {
        for (int item : chosen) {
            switch (items.get(item)) {
                case GOOD -> {}
                case POISON -> {
                    return new JobEnd(JobEnd.State.FAILED, null, "signal 11");
                }
                case HANGS -> {
                    return new JobEnd(JobEnd.State.TIMED_OUT, null, "silent");
                }
                case NEEDS_TWICE -> {
                    if (plan.memoryFactor() < 2) {
                        return new JobEnd(JobEnd.State.FAILED, 21, "memory");
                    }
                }
                case NEEDS_EIGHT_TIMES -> {
                    if (plan.memoryFactor() < 8) {
                        return new JobEnd(JobEnd.State.OUT_OF_MEMORY, null, "memory");
                    }
                }
                case NEEDS_MORE_THAN_THERE_IS -> {
                    return new JobEnd(JobEnd.State.FAILED, 21, "memory");
                }
                case NEEDS_DISK -> {
                    if (plan.diskFactor() < 4) {
                        return new JobEnd(JobEnd.State.FAILED, 20, "scratch full");
                    }
                }
            }
            outcomes.put(item, "INDEXED");
        }
        return new JobEnd(JobEnd.State.SUCCEEDED, 0, null);
    }
}
