package dev.quarry.proxy.run;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.DeletionLimits;
import dev.quarry.proxy.store.DeletionLimitsRepository;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Whether a closing run deletes what has vanished. A mount that is not there or a prefix given wrongly looks like a store that somebody emptied, so
 * what would take away too much waits for a person. Decided once: later calls, and a repeated one, find the decision.
 */
@Component
class Deletion {
    /** As the run's row has it. */
    enum Decision {
        ALLOWED,
        /** A person is asked. */
        ASKED,
        /** What has vanished stays, and the next run will find it vanished again. */
        KEPT
    }

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final VanishedFiles vanished;
    private final DeletionLimitsRepository stores;
    private final JdbcClient jdbc;
    private final RunLimits limits;

    Deletion(
            TenantTransactions transactions,
            RunRepository runs,
            VanishedFiles vanished,
            DeletionLimitsRepository stores,
            JdbcClient jdbc,
            QuarrySettings settings) {
        this.transactions = transactions;
        this.runs = runs;
        this.vanished = vanished;
        this.stores = stores;
        this.jdbc = jdbc;
        this.limits = settings.run();
    }

    /** The decision of a run in CLOSING whose vanished files are all marked. A cancelled run waits for nobody. */
    Decision of(TenantId tenant, UUID run) {
        return transactions.in(tenant, () -> {
            RunRow row = runs.lock(tenant, run);
            Optional<Decision> made = row.deletion();
            if (made.isPresent() && !(made.get() == Decision.ASKED && row.cancelled())) {
                return made.get();
            }
            long gone = vanished.count(tenant, row);
            Decision decision = decide(tenant, row, gone);
            runs.decideDeletion(tenant, run, decision, gone);
            return decision;
        });
    }

    private Decision decide(TenantId tenant, RunRow run, long gone) {
        if (!run.dispatch()) {
            return Decision.KEPT;
        }
        DeletionLimits ofStore = stores.get(tenant, run.store());
        if (ofStore.allow(gone, () -> files(tenant, run), limits.deletePercent(), limits.deleteUnasked())) {
            return Decision.ALLOWED;
        }
        return run.cancelled() ? Decision.KEPT : Decision.ASKED;
    }

    private long files(TenantId tenant, RunRow run) {
        return jdbc.sql("select count(*) from quarry.file where tenant = :tenant and store = :store")
                .param("tenant", tenant.value())
                .param("store", run.store())
                .query(Long.class)
                .single();
    }

    /** A person's answer; the same answer again changes nothing. @throws Problem 409 not_asked */
    void answer(TenantId tenant, UUID run, boolean delete) {
        Decision answer = delete ? Decision.ALLOWED : Decision.KEPT;
        transactions.run(tenant, () -> {
            RunRow row = runs.lock(tenant, run);
            Decision now = row.deletion().orElse(null);
            if (now == Decision.ASKED && row.state() == RunState.CLOSING) {
                runs.decideDeletion(tenant, run, answer, vanished.count(tenant, row));
            } else if (now != answer) {
                throw Problem.conflict(
                        "not_asked",
                        now == null || row.state() != RunState.CLOSING
                                ? "this run does not wait for an approval of its deletions"
                                : "this run's deletions are " + now.name().toLowerCase(java.util.Locale.ROOT)
                                        + " already");
            }
        });
    }
}
