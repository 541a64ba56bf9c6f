package dev.quarry.workflow;

import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The control API, the scheduler and the agents in memory: activity doubles that keep to protocol.md. */
final class ControlModel implements RunLedger, UnitLedger, JobRunner {
    private static final Duration CHECK = Duration.ofMillis(20);

    final ModelLog log = new ModelLog();
    final List<OpenRun> opened = new ArrayList<>();
    final List<String> requests = new ArrayList<>();
    volatile AgentModel agent = AgentModel::indexAll;
    volatile Predicate<String> childRuns = id -> true;
    volatile RunSettings settings = TestSettings.QUICK;
    final AtomicInteger refusals = new AtomicInteger();
    /** What happens between the moment a page of units is read and the caller's getting it. */
    volatile Runnable beforeUnitsAreGiven = () -> {};
    /** Whether the run waits for somebody to say whether it may delete so much. */
    volatile boolean asks;

    private final int window;
    private final int unitsAPage;
    private final Map<String, UnitModel> units = new LinkedHashMap<>();
    private final List<UnitModel> untaken = new ArrayList<>();
    private final TreeMap<Long, List<UnitRef>> takenUnits = new TreeMap<>();
    private long walkSeq;
    private long packSeq;
    private int listedUnits;
    private int mostInFlight;
    /** Read by units under their own locks, so it must not need this one. */
    private volatile RunState state = RunState.LIVE;

    ControlModel(int unitCount, int filesAUnit, int window, int unitsAPage) {
        this.window = window;
        this.unitsAPage = unitsAPage;
        for (int number = 1; number <= unitCount; number++) {
            UnitRef ref = new UnitRef("unit-" + number, number, "documents", filesAUnit, filesAUnit * 1000L);
            units.put(ref.unit(), new UnitModel(ref, this::isLive, log));
        }
    }

    synchronized UnitModel unit(int number) {
        UnitModel unit = units.get("unit-" + number);
        if (unit == null) {
            throw new IllegalArgumentException("no unit " + number);
        }
        return unit;
    }

    RunState state() {
        return state;
    }

    boolean isLive() {
        return state == RunState.LIVE;
    }

    synchronized long walked() {
        return walkSeq;
    }

    synchronized int mostInFlight() {
        return mostInFlight;
    }

    synchronized List<UnitModel> units() {
        return List.copyOf(units.values());
    }

    /** What a new run of the store does to its predecessor. */
    void abort() {
        synchronized (this) {
            state = RunState.ABORTED;
        }
        units().forEach(UnitModel::closeOpenAttempts);
    }

    @Override
    public synchronized OpenedRun openRun(OpenRun request) {
        opened.add(request);
        return new OpenedRun("run-1", "demo", "docs", 1, state, window, settings);
    }

    @Override
    public synchronized RunTotals advance(String run, long seq) {
        requireKnownOrNext("advance", seq, walkSeq);
        if (seq == walkSeq + 1) {
            walkSeq = seq;
            List<UnitModel> all = new ArrayList<>(units.values());
            int to = Math.min(all.size(), listedUnits + unitsAPage);
            untaken.addAll(all.subList(listedUnits, to));
            listedUnits = to;
        }
        return totals();
    }

    @Override
    public synchronized UnitPage takeUnits(String run, long seq, int max) {
        log.add("take " + seq);
        requireKnownOrNext("takeUnits", seq, packSeq);
        if (max < 1 || max > 100) {
            log.broken("takeUnits asked for " + max);
        }
        if (seq == packSeq + 1) {
            take(seq, max);
        }
        long answered = takenUnits.tailMap(seq).entrySet().stream()
                .filter(taken -> !open(taken.getValue()).isEmpty())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(packSeq);
        List<UnitRef> later = openOf(takenUnits.tailMap(answered, false));
        long left = unpacked() + later.stream().mapToLong(UnitRef::files).sum();
        UnitPage page =
                new UnitPage(answered, open(takenUnits.getOrDefault(answered, List.of())), left, listed(), state);
        beforeUnitsAreGiven.run();
        return page;
    }

    private void take(long seq, int max) {
        packSeq = seq;
        List<UnitRef> taken = new ArrayList<>();
        while (taken.size() < max && !untaken.isEmpty()) {
            taken.add(untaken.remove(0).ref);
        }
        takenUnits.put(seq, taken);
        log.add("inflight " + openOf(takenUnits).size());
    }

    private List<UnitRef> openOf(Map<Long, List<UnitRef>> taken) {
        return open(taken.values().stream().flatMap(List::stream).toList());
    }

    private List<UnitRef> open(List<UnitRef> taken) {
        return taken.stream().filter(ref -> !of(ref.unit()).isDone()).toList();
    }

    private void requireKnownOrNext(String call, long seq, long last) {
        if (seq < 1 || seq > last + 1) {
            log.broken(call + " with seq " + seq + " after " + last);
        }
    }

    private boolean listed() {
        return listedUnits == units.size();
    }

    private long unpacked() {
        return untaken.stream().mapToLong(unit -> unit.ref.files()).sum();
    }

    @Override
    public CloseAnswer closeRun(String run, boolean cancelled) {
        log.add("close cancelled=" + cancelled);
        if (cancelled) {
            units().forEach(unit -> unit.conclude(null, null, FailReason.CANCELLED));
        }
        synchronized (this) {
            if (state == RunState.LIVE && !openOf(takenUnits).isEmpty()) {
                log.broken("closed although units were taken and are not concluded: " + openOf(takenUnits));
            }
            if (asks && !cancelled) {
                return new CloseAnswer(false, true, totals());
            }
            if (state == RunState.LIVE) {
                state = cancelled ? RunState.CANCELLED : RunState.COMPLETED;
            }
            return new CloseAnswer(true, false, totals());
        }
    }

    @Override
    public WatchReport watch(String run, List<WatchedUnit> watched) {
        List<UnitVerdict> verdicts = new ArrayList<>();
        for (WatchedUnit wanted : watched) {
            UnitModel unit = unit(Integer.parseInt(wanted.unit().substring("unit-".length())));
            long epoch = unit.epoch();
            if (unit.isDone()) {
                verdicts.add(new UnitVerdict(wanted.unit(), UnitVerdict.Finding.RELEASE, epoch));
            } else if (childRuns.test(wanted.workflowId())) {
                verdicts.add(new UnitVerdict(wanted.unit(), UnitVerdict.Finding.ALIVE, epoch));
            } else {
                ConcludeAnswer fenced = unit.fence(epoch);
                boolean again = fenced.answer() == ConcludeAnswer.Answer.OK;
                UnitVerdict.Finding finding = again ? UnitVerdict.Finding.RESTART : UnitVerdict.Finding.ALIVE;
                verdicts.add(new UnitVerdict(wanted.unit(), finding, fenced.epoch()));
            }
        }
        synchronized (this) {
            return new WatchReport(verdicts, totals());
        }
    }

    @Override
    public SettleAnswer settle(String unit, String requestId, JobEnd end) {
        return of(unit).settle(requestId, end);
    }

    @Override
    public ConcludeAnswer conclude(
            String unit,
            @Nullable List<Integer> items,
            @Nullable Long after,
            FailReason outcome,
            @Nullable String detail) {
        return of(unit).conclude(items, after, outcome);
    }

    @Override
    public JobResult runJob(JobRequest request) {
        UnitModel unit = of(request.unit());
        synchronized (this) {
            requests.add(unit.ref.number() + " " + request.selected() + " memory=" + request.memoryFactor() + " disk="
                    + request.diskFactor());
            mostInFlight = Math.max(mostInFlight, running.incrementAndGet());
        }
        try {
            return attempt(unit, request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApplicationFailure.newFailure("interrupted", "INTERRUPTED");
        } finally {
            running.decrementAndGet();
        }
    }

    private final AtomicInteger running = new AtomicInteger();

    private JobResult attempt(UnitModel unit, JobRequest request) throws InterruptedException {
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw ApplicationFailure.newBuilder()
                    .setMessage("the gate refused")
                    .setType("REFUSED")
                    .setCategory(ApplicationErrorCategory.BENIGN)
                    .setNextRetryDelay(Duration.ofMillis(20))
                    .build();
        }
        UnitModel.Opened open = unit.open(request.requestId(), request.after(), request.selected());
        UnitModel.AttemptRow row = open.attempt();
        if (row == null || !open.answer().equals("OPEN")) {
            JobResult.Answer answer = JobResult.Answer.valueOf(open.answer());
            return new JobResult(answer, open.epoch(), row == null ? 0 : row.items.size(), null, false);
        }
        JobEnd end = agent.run(new ModelWork(unit, row, request, Activity.getExecutionContext()));
        return new JobResult(JobResult.Answer.ENDED, row.epoch, row.items.size(), end, false);
    }

    private UnitModel of(String unit) {
        return unit(Integer.parseInt(unit.substring("unit-".length())));
    }

    private RunTotals totals() {
        long indexed = count("INDEXED");
        long failed = count("FAILED");
        long listed = listedUnits == 0
                ? 0
                : units.values().stream()
                        .limit(listedUnits)
                        .mapToLong(unit -> unit.ref.files())
                        .sum();
        return new RunTotals(
                "run-1",
                "docs",
                "index/demo/docs",
                1,
                state,
                false,
                listed(),
                false,
                listed,
                indexed,
                0,
                0,
                0,
                0,
                failed,
                0,
                0,
                0,
                listed - indexed - failed,
                unpacked(),
                packSeq,
                requests.size(),
                listed * 1000,
                indexed * 1000,
                Instant.EPOCH,
                null,
                null,
                null,
                List.of());
    }

    private long count(String outcome) {
        return units.values().stream()
                .flatMap(unit -> unit.outcomes().values().stream())
                .filter(each -> each.startsWith(outcome))
                .count();
    }

    private record ModelWork(
            UnitModel model, UnitModel.AttemptRow row, JobRequest request, ActivityExecutionContext context)
            implements AgentModel.Work {
        @Override
        public UnitRef unit() {
            return model.ref;
        }

        @Override
        public List<Integer> items() {
            return row.items.stream().sorted().toList();
        }

        @Override
        public int memoryFactor() {
            return request.memoryFactor();
        }

        @Override
        public int diskFactor() {
            return request.diskFactor();
        }

        @Override
        public int attempt() {
            return model.attempts();
        }

        @Override
        public boolean start(int item) {
            return model.started(row, item);
        }

        @Override
        public boolean done(int item) {
            return model.done(row, item);
        }

        @Override
        public void hang() throws InterruptedException {
            while (row.open) {
                try {
                    context.heartbeat(null);
                } catch (ActivityCompletionException cancelled) {
                    throw cancelled;
                }
                synchronized (this) {
                    wait(CHECK.toMillis());
                }
            }
        }
    }
}
