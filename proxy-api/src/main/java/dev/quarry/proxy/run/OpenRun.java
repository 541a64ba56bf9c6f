package dev.quarry.proxy.run;

import dev.quarry.proxy.attempt.RunAttempts;
import dev.quarry.proxy.attempt.StopJob;
import dev.quarry.proxy.lane.Lanes;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.SiteAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Opens a chain's run, or joins it; a dead predecessor is closed first (design.md, section 5). */
@Component
class OpenRun {
    private final TenantTransactions transactions;
    private final TenantLookup tenants;
    private final StoreRepository stores;
    private final RunRepository runs;
    private final KeyLists keyLists;
    private final Lanes lanes;
    private final Abort abort;
    private final RunAttempts attempts;
    private final JdbcClient jdbc;

    OpenRun(
            TenantTransactions transactions,
            TenantLookup tenants,
            StoreRepository stores,
            RunRepository runs,
            KeyLists keyLists,
            Lanes lanes,
            Abort abort,
            RunAttempts attempts,
            JdbcClient jdbc) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.stores = stores;
        this.runs = runs;
        this.keyLists = keyLists;
        this.lanes = lanes;
        this.abort = abort;
        this.attempts = attempts;
        this.jdbc = jdbc;
    }

    /** @param keyList keys that the run looks at, and at nothing else; null: the whole store */
    record Asked(boolean dispatch, @Nullable UUID keyList) {}

    /** The run of this chain. @throws Problem 404 unknown tenant, store or list of keys, or a store at another site; 409 older_chain */
    Opened open(SiteAccess sites, WorkflowId workflow, String firstExecution, Instant chainStarted, Asked asked) {
        TenantId tenant = tenants.byName(workflow.tenant());
        Store store = transactions.in(tenant, () -> stores.get(tenant, workflow.store()));
        if (!sites.has(store.site())) {
            throw TenantLookup.notFound("store", store.name(), sites);
        }
        Chain chain = new Chain(workflow, firstExecution, chainStarted, asked);
        while (true) {
            Attempt attempt = transactions.in(tenant, () -> tryOpen(tenant, store, chain));
            if (attempt.opened().isPresent()) {
                return new Opened(
                        attempt.opened().get(), workflow, store, attempts.stopListOfAborted(tenant, store.id()));
            }
            // Outside the transaction: closing attempts locks units, which come before runs.
            attempt.predecessor().ifPresent(dead -> abort.abort(tenant, dead));
        }
    }

    private Attempt tryOpen(TenantId tenant, Store store, Chain chain) {
        stores.lock(tenant, store.id());
        Optional<RunRow> joined = runs.byChain(tenant, store.id(), chain.firstExecution());
        if (joined.isPresent()) {
            return new Attempt(joined, Optional.empty());
        }
        Optional<RunRow> newest = runs.newest(tenant, store.id());
        newest.filter(run -> run.chainStartedAt().isAfter(chain.started())).ifPresent(newer -> {
            throw Problem.conflict(
                    "older_chain",
                    "a newer workflow chain has opened generation " + newer.generation() + " of store '" + store.name()
                            + "'; this one is over");
        });
        Optional<RunRow> unfinished = runs.unfinished(tenant, store.id());
        if (unfinished.isPresent()) {
            return new Attempt(Optional.empty(), unfinished.map(RunRow::id));
        }
        int generation = newest.map(RunRow::generation).orElse(0) + 1;
        return new Attempt(Optional.of(insert(tenant, store, chain, generation)), Optional.empty());
    }

    private RunRow insert(TenantId tenant, Store store, Chain chain, int generation) {
        UUID run = UUID.randomUUID();
        if (chain.asked().keyList() != null) {
            keyLists.take(tenant, store.id(), chain.asked().keyList(), chain.started());
        }
        jdbc.sql("""
                        insert into quarry.run (tenant, id, store, generation, workflow_id, first_execution_id, chain_started_at, state, dispatch, key_list, extractor_set)
                        values (:tenant, :run, :store, :generation, :workflow, :execution, :started, 'LIVE', :dispatch, cast(:keyList as uuid), :extractors)""")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("store", store.id())
                .param("generation", generation)
                .param("workflow", chain.workflow().toString())
                .param("execution", chain.firstExecution())
                .param("started", chain.started().atOffset(java.time.ZoneOffset.UTC))
                .param("dispatch", chain.asked().dispatch())
                .param("keyList", chain.asked().keyList())
                .param("extractors", lanes.extractorSet())
                .update();
        jdbc.sql("""
                        with root as (
                          insert into quarry.folder (tenant, id, store, path, path_sha256, name, display)
                          values (:tenant, gen_random_uuid(), :store, '', sha256(''), '', '')
                          on conflict (tenant, store, path_sha256) do update set vanished_generation = null returning id)
                        insert into quarry.scope (tenant, run, folder, state) select :tenant, :run, id, 'OPEN' from root""")
                .param("tenant", tenant.value())
                .param("store", store.id())
                .param("run", run)
                .update();
        return runs.get(tenant, run);
    }

    /** @param stopList jobs of aborted runs that may still run: the caller stops them before it goes on */
    record Opened(RunRow run, WorkflowId workflow, Store store, List<StopJob> stopList) {}

    private record Chain(WorkflowId workflow, String firstExecution, Instant started, Asked asked) {}

    private record Attempt(Optional<RunRow> opened, Optional<UUID> predecessor) {}
}
