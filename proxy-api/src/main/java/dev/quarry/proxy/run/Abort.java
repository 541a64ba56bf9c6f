package dev.quarry.proxy.run;

import dev.quarry.proxy.attempt.RunAttempts;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Ends a run whose workflow chain is dead. What was pending stays pending, in no unit, for the next run to list. Safe to repeat after any step. */
@Component
class Abort {
    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final RunAttempts attempts;
    private final PendingFiles pending;
    private final GoneFolders gone;
    private final RunEnd end;

    Abort(
            TenantTransactions transactions,
            RunRepository runs,
            RunAttempts attempts,
            PendingFiles pending,
            GoneFolders gone,
            RunEnd end) {
        this.transactions = transactions;
        this.runs = runs;
        this.attempts = attempts;
        this.pending = pending;
        this.gone = gone;
        this.end = end;
    }

    void abort(TenantId tenant, UUID run) {
        transactions.run(tenant, () -> runs.beginClosing(tenant, run, false));
        // Whoever opens the next run is told their jobs: refused by the job API, most end by themselves, but one that
        // waits in its cluster's queue never does.
        attempts.closeAll(tenant, run);
        RunRow row = transactions.in(tenant, () -> runs.get(tenant, run));
        pending.release(tenant, row);
        // They stay for the next run to find, and the balance must tell them apart. In chunks: a call that is cut off
        // goes on when it is repeated.
        gone.mark(tenant, row, Instant.MAX);
        end.end(tenant, run, RunState.ABORTED, Instant.MAX);
        gone.forget(tenant, row, Instant.MAX);
    }
}
