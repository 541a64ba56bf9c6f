package dev.quarry.workflow;

import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One execution's part of a run: walks, packs and watches at the same time, each at most once at a time, while units are in
 * flight. One loop decides; the calls are promises that it collects.
 */
final class RunInHand {
    private static final Logger LOG = Workflow.getLogger(RunInHand.class);
    private static final int UNITS_A_CALL = 100;

    private final OpenedRun run;
    private final RunSettings settings;
    private final IndexRequest request;
    private final Window window;
    private final long chainStartedAtMillis;
    private final RunLedger ledger;
    private final Watchdog watchdog;

    private final OneCall<RunTotals> walk = new OneCall<>();
    private final OneCall<UnitPage> pack = new OneCall<>();
    private final OneCall<Void> packPause = new OneCall<>();
    private final OneCall<WatchReport> watch = new OneCall<>();

    private long walkSeq;
    private long packSeq;
    private int steps;
    private boolean live;
    private boolean listed;
    private boolean allTaken;
    private boolean packWanted;
    private boolean deletionAnswered;
    private Phase phase = Phase.LISTING;
    private @Nullable RunTotals totals;

    RunInHand(OpenedRun run, IndexRequest request, Window window, long chainStartedAtMillis) {
        this.run = run;
        this.settings = run.settings();
        this.request = request;
        this.window = window;
        this.chainStartedAtMillis = chainStartedAtMillis;
        ledger = Workflow.newActivityStub(RunLedger.class, ActivityProfiles.call(settings));
        live = run.state() == RunState.LIVE;
        Carried carried = request.carried();
        if (carried == null) {
            long firstLook = Workflow.currentTimeMillis() + settings.watchdog().toMillis();
            watchdog = new Watchdog(run, window, ledger, firstLook);
        } else {
            resume(carried);
            watchdog = new Watchdog(run, window, ledger, carried.watchdogAtMillis());
        }
        show(listed ? Phase.EXTRACTING : Phase.LISTING);
    }

    private void resume(Carried carried) {
        walkSeq = carried.walkSeq();
        packSeq = carried.packSeq();
        allTaken = carried.allTaken();
        totals = carried.totals();
        listed = totals != null && totals.listingComplete();
        packWanted = request.dispatches();
    }

    @Nullable
    RunTotals totals() {
        return totals;
    }

    /** Returns the balance, or continues as new (which never returns). */
    RunTotals indexOrContinue() {
        while (!finished()) {
            heedCancellation();
            if (continueDue()) {
                continueAsNew();
            }
            begin();
            Workflow.await(this::somethingToDo);
            collect();
        }
        return close(false);
    }

    void cancel() {
        show(Phase.CANCELLING);
        window.awaitStarts();
        window.cancelAll(run);
        if (!Workflow.await(settings.cancelPatience(), window::isEmpty)) {
            LOG.warn("{} units did not end within {}", window.size(), settings.cancelPatience());
        }
        close(true);
    }

    private boolean finished() {
        return window.isEmpty() && !walk.isUnderWay() && !pack.isUnderWay() && (!live || (listed && allTaken));
    }

    private boolean somethingToDo() {
        return walk.isAnswered()
                || pack.isAnswered()
                || packPause.isAnswered()
                || watch.isAnswered()
                || packDue()
                || watchDue()
                || finished();
    }

    private boolean walkDue() {
        return live && !listed && !walk.isUnderWay();
    }

    private boolean packDue() {
        return live && packWanted && !allTaken && !pack.isUnderWay() && !packPause.isUnderWay() && room() > 0;
    }

    private boolean watchDue() {
        return watchdog.isDue() && !watch.isUnderWay();
    }

    private int room() {
        return run.window() - window.size();
    }

    /** The first unit of a run is the smallest, and gets ahead of the others: it is what shows first. */
    private int atOnce() {
        return packSeq == 0 ? 1 : Math.min(room(), UNITS_A_CALL);
    }

    private void begin() {
        if (walkDue()) {
            walk.begin(Async.function(ledger::advance, run.run(), ++walkSeq));
            steps++;
        }
        if (packDue()) {
            packWanted = false;
            int most = atOnce();
            pack.begin(Async.function(ledger::takeUnits, run.run(), ++packSeq, most));
            steps++;
        }
        if (watchDue()) {
            watch.begin(watchdog.look());
            steps++;
        }
    }

    private void collect() {
        walk.collect(this::walked);
        pack.collect(this::packed);
        watch.collect(this::watched);
        packPause.collect(over -> packWanted = true);
    }

    private void walked(RunTotals now) {
        learn(now);
        if (now.listingComplete() && !listed) {
            listed = true;
            show(Phase.EXTRACTING);
        }
        if (!request.dispatches()) {
            allTaken = listed;
        } else if (now.unpacked() > 0 || listed) {
            packWanted = true;
        }
    }

    /** More is wanted at once while units come; an empty page with files left means that the API needs a moment. */
    private void packed(UnitPage page) {
        packSeq = page.seq();
        page.units().forEach(unit -> window.start(run, unit));
        live = live && page.state() == RunState.LIVE;
        if (page.unpacked() == 0 && page.listingComplete()) {
            allTaken = true;
        } else if (!page.units().isEmpty() && page.unpacked() > 0) {
            packWanted = true;
        } else if (listed) {
            packPause.begin(Workflow.newTimer(settings.firstRetry()));
        }
    }

    private void watched(WatchReport report) {
        learn(report.totals());
        watchdog.heed(report);
    }

    private void learn(RunTotals now) {
        totals = now;
        live = live && now.state() == RunState.LIVE;
    }

    private boolean continueDue() {
        return window.started() >= settings.startsPerExecution()
                || steps >= settings.stepsPerExecution()
                || Workflow.getInfo().isContinueAsNewSuggested();
    }

    private void continueAsNew() {
        Workflow.await(() -> !walk.isAwaited() && !pack.isAwaited() && !watch.isAwaited());
        collect();
        window.awaitStarts();
        Workflow.await(Workflow::isEveryHandlerFinished);
        // A request that came with the events just handled would be lost with this execution.
        heedCancellation();
        show(phase);
        // Last, with nothing awaited in between: a signal handled since would be missing in it.
        Carried carried = new Carried(
                chainStartedAtMillis, walkSeq, packSeq, allTaken, totals, window.carry(), watchdog.dueAtMillis());
        Workflow.newContinueAsNewStub(IndexStoreWorkflow.class)
                .index(new IndexRequest(request.dispatch(), request.keyList(), carried));
    }

    /** An await whose condition holds already does not notice a cancellation. */
    private static void heedCancellation() {
        if (CancellationScope.current().isCancelRequested()) {
            throw new CanceledFailure("the run was cancelled");
        }
    }

    private RunTotals close(boolean cancelled) {
        if (!cancelled) {
            show(Phase.CLOSING);
        }
        int chunks = 0;
        CloseAnswer answer;
        do {
            if (!cancelled && chunks++ >= settings.stepsPerExecution()) {
                continueAsNew();
            }
            answer = ledger.closeRun(run.run(), cancelled);
            totals = answer.totals();
            if (answer.isWaiting()) {
                awaitApproval();
            }
        } while (!answer.finished());
        show(Phase.CLOSED);
        return answer.totals();
    }

    /** The signal may be lost, so it looks now and then by itself. */
    private void awaitApproval() {
        if (phase != Phase.AWAITING_APPROVAL) {
            show(Phase.AWAITING_APPROVAL);
        }
        Workflow.await(settings.longestBackoff(), () -> deletionAnswered);
        deletionAnswered = false;
    }

    void deletionAnswered() {
        deletionAnswered = true;
    }

    private void show(Phase now) {
        phase = now;
        RunAttributes.show(run, now, totals);
    }
}
