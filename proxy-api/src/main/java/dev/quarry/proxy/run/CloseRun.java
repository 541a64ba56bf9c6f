package dev.quarry.proxy.run;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.attempt.RunAttempts;
import dev.quarry.proxy.attempt.StopJob;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Ends a run, in as many calls as it takes. Every step is safe to repeat; a call that comes after the end changes nothing. */
@Component
class CloseRun {
    private static final Logger LOG = LoggerFactory.getLogger(CloseRun.class);

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final RunTotalsRepository totals;
    private final RunAttempts attempts;
    private final PendingFiles pending;
    private final GoneFolders gone;
    private final VanishedFiles vanished;
    private final MovedByContent moved;
    private final Deletion deletion;
    private final Books books;
    private final JdbcClient jdbc;
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
            Books books,
            JdbcClient jdbc,
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
        this.books = books;
        this.jdbc = jdbc;
        this.limits = settings.run();
    }

    /**
     * One chunk. Jobs in the answer may still run: the caller stops them. The first chunk has them, so that they end soon, and the last,
     * as often as it is asked, so that no lost reply leaves one; those between would have them stopped over and over.
     */
    Closed close(TenantId tenant, UUID run, boolean cancelled) {
        RunRow before = transactions.in(tenant, () -> runs.get(tenant, run));
        if (before.state().isOver()) {
            // The reply to the call that ended it may be lost.
            return new Closed(true, false, attempts.stopListOfRun(tenant, run));
        }
        // A transaction of its own: it waits for calls that hold the run as LIVE, and after it no attempt opens and no
        // page is merged.
        transactions.run(tenant, () -> runs.beginClosing(tenant, run, cancelled));
        attempts.closeAll(tenant, run);
        RunRow closing = transactions.in(tenant, () -> runs.get(tenant, run));
        Progress progress = conclude(tenant, closing, Instant.now().plus(limits.close()));
        if (progress == Progress.FINISHED) {
            end(tenant, closing);
        }
        boolean first = before.state() == RunState.LIVE;
        List<StopJob> stopList =
                first || progress == Progress.FINISHED ? attempts.stopListOfRun(tenant, run) : List.of();
        return new Closed(progress == Progress.FINISHED, progress == Progress.WAITS, stopList);
    }

    private Progress conclude(TenantId tenant, RunRow run, Instant deadline) {
        if (run.cancelled()) {
            if (!pending.withdraw(tenant, run, deadline) || !pending.cancelUnits(tenant, run, deadline)) {
                return Progress.GOES_ON;
            }
        } else {
            pending.release(tenant, run);
        }
        if (!gone.mark(tenant, run, deadline) || !moved.recognize(tenant, run, deadline)) {
            return Progress.GOES_ON;
        }
        return switch (deletion.of(tenant, run.id())) {
            case ASKED -> Progress.WAITS;
            case KEPT -> Progress.FINISHED;
            case ALLOWED -> vanished.delete(tenant, run, deadline) ? Progress.FINISHED : Progress.GOES_ON;
        };
    }

    private void end(TenantId tenant, RunRow run) {
        RunRow decided = transactions.in(tenant, () -> runs.get(tenant, run.id()));
        RunState state = endState(run, transactions.in(tenant, () -> totals.get(tenant, run.id())));
        Optional<String> imbalance = books.balance(tenant, decided, state);
        transactions.run(tenant, () -> {
            if (runs.lock(tenant, run.id()).state() == RunState.CLOSING) {
                imbalance.ifPresent(what -> raise(tenant, run, what));
                runs.end(tenant, run.id(), state, imbalance);
            }
        });
    }

    private static RunState endState(RunRow run, RunTotals counted) {
        if (run.cancelled()) {
            return RunState.CANCELLED;
        }
        return counted.failed() > 0 ? RunState.COMPLETED_WITH_FAILURES : RunState.COMPLETED;
    }

    private void raise(TenantId tenant, RunRow run, String imbalance) {
        LOG.error("run {} of generation {} does not add up: {}", run.id(), run.generation(), imbalance);
        jdbc.sql("""
                        insert into quarry.alarm (tenant, id, kind, run, detail)
                        values (:tenant, gen_random_uuid(), 'UNBALANCED', :run, :detail)""")
                .param("tenant", tenant.value())
                .param("run", run.id())
                .param("detail", imbalance)
                .update();
    }

    private enum Progress {
        GOES_ON,
        WAITS,
        FINISHED
    }

    /** @param waits for a person to say whether so much is to be deleted */
    record Closed(boolean finished, boolean waits, List<StopJob> stopList) {}
}
