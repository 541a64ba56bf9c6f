package dev.quarry.workflow;

import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;

/** Looks now and then after units in flight that are silent: releases them, or starts their lost workflows again (protocol.md, section 5). */
final class Watchdog {
    private static final Logger LOG = Workflow.getLogger(Watchdog.class);
    private static final int UNITS_A_LOOK = 200;

    private final OpenedRun run;
    private final RunSettings settings;
    private final Window window;
    private final RunLedger ledger;
    private final UnitLedger units;
    private long dueAtMillis;
    private Promise<Void> timer;

    /** @param dueAtMillis of the first look, in ms since 1970 */
    Watchdog(OpenedRun run, Window window, RunLedger ledger, long dueAtMillis) {
        this.run = run;
        this.settings = run.settings();
        this.window = window;
        this.ledger = ledger;
        this.dueAtMillis = dueAtMillis;
        units = Workflow.newActivityStub(UnitLedger.class, ActivityProfiles.call(settings));
        timer = timerAt(dueAtMillis);
    }

    boolean isDue() {
        return timer.isCompleted();
    }

    long dueAtMillis() {
        return dueAtMillis;
    }

    /** The report is for {@link #heed}. */
    Promise<WatchReport> look() {
        List<WatchedUnit> silent = window.silentFor(settings.watchdog()).stream()
                .limit(UNITS_A_LOOK)
                .map(flying -> new WatchedUnit(
                        flying.ref().unit(), run.fileWorkflowId(flying.ref().number())))
                .toList();
        dueAtMillis = Workflow.currentTimeMillis() + settings.watchdog().toMillis();
        timer = timerAt(dueAtMillis);
        return Async.function(ledger::watch, run.run(), silent);
    }

    void heed(WatchReport report) {
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

    private static Promise<Void> timerAt(long millis) {
        return Workflow.newTimer(Duration.ofMillis(Math.max(1, millis - Workflow.currentTimeMillis())));
    }
}
