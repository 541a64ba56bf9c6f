package dev.quarry.workflow;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The policy of retries: what to try next after an attempt, by whose fault it was. A value without any Temporal in it; it is
 * carried through continue-as-new.
 *
 * @param selected items of the next attempt; null is all
 * @param memoryFactor times the memory that its items need, for this selection
 * @param diskFactor times their disk, for this selection
 * @param crashes how often each item was the suspect that was picked
 * @param programTries attempts in a row without progress that were the program's fault
 * @param clusterTries attempts in a row without progress that were the cluster's fault
 * @param missing items missing after the last attempt; -1 before the first
 */
public record UnitPlan(
        @Nullable List<Integer> selected,
        int memoryFactor,
        int diskFactor,
        Map<Integer, Integer> crashes,
        int programTries,
        int clusterTries,
        int missing) {

    public static final UnitPlan START = new UnitPlan(null, 1, 1, Map.of(), 0, 0, -1);

    /** One kill by an operator or by the kernel looks like a crash, and must not condemn a file. */
    private static final int CRASHES = 2;

    /** The plan after STALE or EMPTY: somebody else changed the unit, so begin with all that is missing. */
    UnitPlan afresh() {
        return new UnitPlan(null, 1, 1, crashes, programTries, clusterTries, missing);
    }

    /** What to do after an attempt that left items missing. */
    NextStep next(JobResult result, SettleAnswer settled, RunSettings settings) {
        UnitPlan now = seen(settled.missing());
        Fault fault = Fault.of(result);
        List<Integer> suspects = settled.suspects();
        return switch (fault) {
            case CLUSTER -> now.forTheCluster(settings);
            case PROGRAM -> {
                if (!suspects.isEmpty()) {
                    yield now.isolate(suspects.get(0), FailReason.CRASHED, result);
                }
                yield settled.waitsForTheStore()
                        ? now.forTheCluster(settings)
                        : now.forTheProgram(FailReason.EXTRACTOR_ERROR, result, settled, settings);
            }
            case CRASH ->
                suspects.isEmpty()
                        ? now.forTheProgram(FailReason.CRASHED, result, settled, settings)
                        : now.isolate(suspects.get(0), FailReason.CRASHED, result);
            case OVERTIME ->
                suspects.isEmpty()
                        ? now.forTheProgram(FailReason.TIMED_OUT, result, settled, settings)
                        : now.isolate(suspects.get(0), FailReason.TIMED_OUT, result);
            case MEMORY -> now.enlarge(FailReason.OUT_OF_MEMORY, result, settled, settings);
            case DISK -> now.enlarge(FailReason.DISK_FULL, result, settled, settings);
            case REJECTED -> now.forTheRejection(result, settled, settings);
        };
    }

    /** Counts tries only while nothing gets done, and leaves a selection that has nothing missing any more. */
    private UnitPlan seen(List<Integer> stillMissing) {
        boolean progress = missing < 0 || stillMissing.size() < missing;
        boolean over = selected != null && Collections.disjoint(selected, stillMissing);
        return new UnitPlan(
                over ? null : selected,
                over ? 1 : memoryFactor,
                over ? 1 : diskFactor,
                crashes,
                progress ? 0 : programTries,
                progress ? 0 : clusterTries,
                stillMissing.size());
    }

    private NextStep forTheCluster(RunSettings settings) {
        UnitPlan again =
                new UnitPlan(selected, memoryFactor, diskFactor, crashes, programTries, clusterTries + 1, missing);
        return NextStep.tryLater(again, settings.backoff(again.clusterTries));
    }

    private NextStep forTheProgram(FailReason reason, JobResult result, SettleAnswer settled, RunSettings settings) {
        UnitPlan again =
                new UnitPlan(selected, memoryFactor, diskFactor, crashes, programTries + 1, clusterTries, missing);
        return again.programTries < settings.programTries()
                ? NextStep.tryLater(again, settings.backoff(again.programTries))
                : NextStep.giveUp(afresh().forgiven(), new GiveUp(attempted(settled), reason, words(result)));
    }

    private NextStep isolate(int item, FailReason reason, JobResult result) {
        Map<Integer, Integer> counted = new TreeMap<>(crashes);
        int times = counted.merge(item, 1, Integer::sum);
        boolean alone = result.files() == 1;
        UnitPlan plan = new UnitPlan(null, 1, 1, counted, programTries, clusterTries, missing);
        return alone && times >= CRASHES
                ? NextStep.giveUp(plan, new GiveUp(List.of(item), reason, words(result)))
                : NextStep.tryAgain(plan.only(item, factorFor(item, memoryFactor), factorFor(item, diskFactor)));
    }

    private NextStep enlarge(FailReason reason, JobResult result, SettleAnswer settled, RunSettings settings) {
        boolean memory = reason == FailReason.OUT_OF_MEMORY;
        @Nullable
        Integer item = settled.suspects().isEmpty() ? null : settled.suspects().get(0);
        int memoryNow = item == null ? memoryFactor : factorFor(item, memoryFactor);
        int diskNow = item == null ? diskFactor : factorFor(item, diskFactor);
        if ((memory ? memoryNow : diskNow) * 2 > settings.escalation()) {
            List<Integer> items = item == null ? attempted(settled) : List.of(item);
            return NextStep.giveUp(afresh(), new GiveUp(items, reason, words(result)));
        }
        int moreMemory = memory ? memoryNow * 2 : memoryNow;
        int moreDisk = memory ? diskNow : diskNow * 2;
        return NextStep.tryAgain(
                item == null
                        ? new UnitPlan(selected, moreMemory, moreDisk, crashes, programTries, clusterTries, missing)
                        : only(item, moreMemory, moreDisk));
    }

    /**
     * A larger job that no node can take has reached the cap of the escalation; a plain one is tried a few times. Which resource it was that had come to its
     * largest is said by the end's state, or else guessed.
     */
    private NextStep forTheRejection(JobResult result, SettleAnswer settled, RunSettings settings) {
        if (memoryFactor == 1 && diskFactor == 1) {
            return forTheProgram(FailReason.NOT_PLACED, result, settled, settings);
        }
        boolean disk = result.end() != null && result.end().state() == JobEnd.State.DISK_FULL;
        FailReason reason = memoryFactor > 1 && !disk ? FailReason.OUT_OF_MEMORY : FailReason.DISK_FULL;
        return NextStep.giveUp(afresh(), new GiveUp(attempted(settled), reason, words(result)));
    }

    private UnitPlan only(int item, int memory, int disk) {
        return new UnitPlan(List.of(item), memory, disk, crashes, programTries, clusterTries, missing);
    }

    private UnitPlan forgiven() {
        return new UnitPlan(selected, memoryFactor, diskFactor, crashes, 0, 0, missing);
    }

    /** Factors belong to a selection: an item that was alone before keeps what it was given. */
    private int factorFor(int item, int factor) {
        return selected != null && selected.equals(List.of(item)) ? factor : 1;
    }

    private List<Integer> attempted(SettleAnswer settled) {
        List<Integer> chosen = selected;
        return chosen == null
                ? settled.missing()
                : settled.missing().stream().filter(chosen::contains).toList();
    }

    private static String words(JobResult result) {
        JobEnd end = result.end();
        if (end == null) {
            return "the attempt was closed";
        }
        String exit = end.exitCode() == null ? "" : ", exit " + end.exitCode();
        String reason = end.reason() == null ? "" : ": " + end.reason();
        return (result.rejected() ? "job refused " : "job ended ") + end.state() + exit + reason;
    }
}
