package dev.quarry.proxy.run;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.attempt.RunAttempts;
import dev.quarry.proxy.attempt.StopJob;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Ends a run, in as many calls as it takes. Every step is safe to repeat; a call that comes after the end changes nothing. */
@Component
class CloseRun {
    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final RunTotalsRepository totals;
    private final RunAttempts attempts;
    private final PendingFiles pending;
    private final GoneFolders gone;
    private final VanishedFiles vanished;
    private final MovedByContent moved;
    private final Deletion deletion;
    private final RunEnd end;
    private final RunLimits limits;

    CloseRun(
            TenantTransactions transactions,
            RunRepository runs,
            RunTotalsRepository totals,
            RunAttempts attempts,
            PendingFiles pending,
            GoneFolders gone,
            VanishedFiles vanished,
            MovedByContent moved,
            Deletion deletion,
            RunEnd end,
            QuarrySettings settings) {
        this.transactions = transactions;
        this.runs = runs;
        this.totals = totals;
        this.attempts = attempts;
        this.pending = pending;
        this.gone = gone;
        this.vanished = vanished;
        this.moved = moved;
        this.deletion = deletion;
        this.end = end;
        this.limits = settings.run();
    }

    /**
     * One chunk. Jobs in the answer may still run: the caller stops them. The first chunk has them, so that they end soon, and the last,
     * as often as it is asked, so that no lost reply leaves one; those between would have them stopped over and over.
     */
    Closed close(TenantId tenant, UUID run, boolean cancelled) {
        RunRow before = transactions.in(tenant, () -> runs.get(tenant, run));
        if (before.state().isOver()) {
            // The reply to the call that ended it may be lost, or it may have had no time left.
            gone.forget(tenant, before, Instant.now().plus(limits.close()));
            return new Closed(true, false, attempts.stopListOfRun(tenant, run));
        }
        // A transaction of its own: it waits for calls that hold the run as LIVE, and after it no attempt opens and no
        // page is merged.
        transactions.run(tenant, () -> runs.beginClosing(tenant, run, cancelled));
        attempts.closeAll(tenant, run);
        RunRow closing = transactions.in(tenant, () -> runs.get(tenant, run));
        Instant deadline = Instant.now().plus(limits.close());
        Progress progress = conclude(tenant, closing, deadline);
        boolean finished = progress == Progress.FINISHED && end.end(tenant, run, endState(tenant, closing), deadline);
        if (finished) {
            gone.forget(tenant, closing, deadline);
        }
        boolean first = before.state() == RunState.LIVE;
        List<StopJob> stopList = first || finished ? attempts.stopListOfRun(tenant, run) : List.of();
        return new Closed(finished, progress == Progress.WAITS, stopList);
    }

    private Progress conclude(TenantId tenant, RunRow run, Instant deadline) {
        // What a run that only lists has found waits for another in any case.
        if (run.cancelled() && run.dispatch()) {
            if (!pending.withdraw(tenant, run, deadline) || !pending.cancelUnits(tenant, run, deadline)) {
                return Progress.GOES_ON;
            }
        } else {
            pending.release(tenant, run);
        }
        // Once that is decided all is marked, and a run may wait for its approval for days.
        boolean isDecided = run.deletion().isPresent();
        if (!isDecided && !(gone.mark(tenant, run, deadline) && moved.recognize(tenant, run, deadline))) {
            return Progress.GOES_ON;
        }
        return switch (deletion.of(tenant, run.id())) {
            case ASKED -> Progress.WAITS;
            case KEPT -> Progress.FINISHED;
            case ALLOWED ->
                vanished.delete(tenant, run, deadline) && gone.delete(tenant, run, deadline)
                        ? Progress.FINISHED
                        : Progress.GOES_ON;
        };
    }

    private RunState endState(TenantId tenant, RunRow run) {
        if (run.cancelled()) {
            return RunState.CANCELLED;
        }
        boolean anyFailed =
                transactions.in(tenant, () -> totals.get(tenant, run.id())).failed() > 0;
        return anyFailed ? RunState.COMPLETED_WITH_FAILURES : RunState.COMPLETED;
    }

    private enum Progress {
        GOES_ON,
        WAITS,
        FINISHED
    }

    /** @param waits for a person to say whether so much is to be deleted */
    record Closed(boolean finished, boolean waits, List<StopJob> stopList) {}
}
