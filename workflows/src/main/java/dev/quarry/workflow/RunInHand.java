package dev.quarry.workflow;

import io.temporal.failure.CanceledFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One execution's part of a run: walks, packs and watches at the same time, each at most once at a time, while units are in
 * flight. One loop decides; the calls are promises that it collects.
 */
final class RunInHand {
    private static final Logger LOG = Workflow.getLogger(RunInHand.class);
    private static final int UNITS_A_CALL = 100;
    private static final int WATCHED_A_CALL = 200;

    private final OpenedRun run;
    private final RunSettings settings;
    private final IndexRequest request;
    private final Window window;
    private final long chainStartedAtMillis;
    private final RunLedger ledger;
    private final UnitLedger units;

    private long walkSeq;
    private long packSeq;
    private int steps;
    private boolean live;
    private boolean listed;
    private boolean allTaken;
    private boolean packWanted;
    private boolean deletionAnswered;
    private long watchdogAtMillis;
    private Phase phase = Phase.LISTING;
    private @Nullable RunTotals totals;

    private @Nullable Promise<RunTotals> walk;
    private @Nullable Promise<UnitPage> pack;
    private @Nullable Promise<WatchReport> watch;
    private @Nullable Promise<Void> packPause;
    private Promise<Void> watchdog;

    RunInHand(OpenedRun run, IndexRequest request, Window window, long chainStartedAtMillis) {
        this.run = run;
        this.settings = run.settings();
        this.request = request;
        this.window = window;
        this.chainStartedAtMillis = chainStartedAtMillis;
        ledger = Workflow.newActivityStub(RunLedger.class, ActivityProfiles.call(settings));
        units = Workflow.newActivityStub(UnitLedger.class, ActivityProfiles.call(settings));
        live = run.state() == RunState.LIVE;
        watchdogAtMillis = Workflow.currentTimeMillis() + settings.watchdog().toMillis();
        Carried carried = request.carried();
        if (carried != null) {
            resume(carried);
        }
        watchdog = timerAt(watchdogAtMillis);
        show(listed ? Phase.EXTRACTING : Phase.LISTING);
    }

    private void resume(Carried carried) {
        walkSeq = carried.walkSeq();
        packSeq = carried.packSeq();
        allTaken = carried.allTaken();
        totals = carried.totals();
        listed = totals != null && totals.listingComplete();
        packWanted = request.dispatches();
        watchdogAtMillis = carried.watchdogAtMillis();
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
            Workflow.await(this::somethingToCollect);
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
        return window.isEmpty() && walk == null && pack == null && (!live || (listed && allTaken));
    }

    private void begin() {
        if (live && !listed && walk == null) {
            walk = Async.function(ledger::advance, run.run(), ++walkSeq);
            steps++;
        }
        int room = Math.min(run.window() - window.size(), UNITS_A_CALL);
        if (live && packWanted && !allTaken && pack == null && packPause == null && room > 0) {
            packWanted = false;
            pack = Async.function(ledger::takeUnits, run.run(), ++packSeq, room);
            steps++;
        }
        if (watch == null && watchdog.isCompleted()) {
            beginWatch();
        }
    }

    private void beginWatch() {
        List<WatchedUnit> silent = window.silentFor(settings.watchdog()).stream()
                .limit(WATCHED_A_CALL)
                .map(flying -> new WatchedUnit(
                        flying.ref().unit(), run.fileWorkflowId(flying.ref().number())))
                .toList();
        watchdogAtMillis = Workflow.currentTimeMillis() + settings.watchdog().toMillis();
        watchdog = timerAt(watchdogAtMillis);
        watch = Async.function(ledger::watch, run.run(), silent);
        steps++;
    }

    private boolean somethingToCollect() {
        return ready(walk)
                || ready(pack)
                || ready(watch)
                || ready(packPause)
                || (watch == null && watchdog.isCompleted())
                || (pack == null
                        && packPause == null
                        && packWanted
                        && live
                        && !allTaken
                        && window.size() < run.window())
                || finished();
    }

    private void collect() {
        if (walk != null && walk.isCompleted()) {
            walked(walk.get());
            walk = null;
        }
        if (pack != null && pack.isCompleted()) {
            packed(pack.get());
            pack = null;
        }
        if (watch != null && watch.isCompleted()) {
            watched(watch.get());
            watch = null;
        }
        if (packPause != null && packPause.isCompleted()) {
            packPause = null;
            packWanted = true;
        }
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
            packPause = Workflow.newTimer(settings.firstRetry());
        }
    }

    private void watched(WatchReport report) {
        learn(report.totals());
        for (UnitVerdict verdict : report.verdicts()) {
            FlyingUnit flying = window.get(verdict.unit());
            if (flying != null) {
                act(verdict, flying);
            }
        }
    }

    private void act(UnitVerdict verdict, FlyingUnit flying) {
        switch (verdict.finding()) {
            case ALIVE -> {}
            case RELEASE -> window.release(verdict.unit());
            case RESTART -> restart(verdict, flying);
        }
    }

    private void restart(UnitVerdict verdict, FlyingUnit flying) {
        if (flying.restarts() < settings.restarts()) {
            LOG.warn("unit {} lost its workflow; starting it again after epoch {}", verdict.unit(), verdict.epoch());
            window.startAgain(run, flying, verdict.epoch());
            return;
        }
        ConcludeAnswer answer = units.conclude(
                verdict.unit(),
                null,
                verdict.epoch(),
                FailReason.CANCELLED,
                "its workflow ended " + (flying.restarts() + 1) + " times without an outcome");
        if (answer.done()) {
            window.release(verdict.unit());
        }
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
        Workflow.await(() -> settled(walk) && settled(pack) && settled(watch));
        collect();
        window.awaitStarts();
        Workflow.await(Workflow::isEveryHandlerFinished);
        // A request that came with the events just handled would be lost with this execution.
        heedCancellation();
        show(phase);
        // Last, with nothing awaited in between: a signal handled since would be missing in it.
        Carried carried =
                new Carried(chainStartedAtMillis, walkSeq, packSeq, allTaken, totals, window.carry(), watchdogAtMillis);
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

    private static Promise<Void> timerAt(long millis) {
        long wait = Math.max(1, millis - Workflow.currentTimeMillis());
        return Workflow.newTimer(Duration.ofMillis(wait));
    }

    private static boolean ready(@Nullable Promise<?> promise) {
        return promise != null && promise.isCompleted();
    }

    private static boolean settled(@Nullable Promise<?> promise) {
        return promise == null || promise.isCompleted();
    }
}
