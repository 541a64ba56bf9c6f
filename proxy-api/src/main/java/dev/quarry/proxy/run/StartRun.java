package dev.quarry.proxy.run;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Starts a store's run, or joins the one under way if that does the same (docs/adr/0057). */
@Component
class StartRun {
    private final TenantTransactions transactions;
    private final TenantLookup tenants;
    private final RunRepository runs;
    private final KeyLists keyLists;
    private final IndexWorkflows workflows;

    StartRun(
            TenantTransactions transactions,
            TenantLookup tenants,
            RunRepository runs,
            KeyLists keyLists,
            IndexWorkflows workflows) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.runs = runs;
        this.keyLists = keyLists;
        this.workflows = workflows;
    }

    /** @param run empty until the workflow has opened it */
    record Started(WorkflowExecution execution, Optional<RunRow> run) {}

    /**
     * A run of the whole store. The same start twice is joined, since a reply may be lost; one of another kind would leave undone what was asked for. What a
     * workflow is to do that has not opened its run yet is in its input; if that is sealed, it is joined as it is.
     *
     * @throws Problem 409 run_under_way; 503 temporal_away
     */
    Started whole(TenantId tenant, Store store, boolean dispatch) {
        try {
            return started(workflows.start(id(tenant, store), store.site(), Map.of("dispatch", dispatch)));
        } catch (WorkflowExecutionAlreadyStarted underWay) {
            return joined(tenant, store, RunKind.of(dispatch, false), underWay.getExecution());
        }
    }

    private Started joined(TenantId tenant, Store store, RunKind asked, WorkflowExecution execution) {
        IndexWorkflows.Chain chain = workflows.chain(execution);
        Optional<RunRow> run = transactions.in(tenant, () -> runs.byChain(tenant, store.id(), chain.firstExecution()));
        Optional<RunKind> kind = run.map(RunKind::of).or(chain::kind);
        kind.filter(other -> other != asked).ifPresent(other -> {
            throw underWay(
                    store,
                    "that " + other.does() + " is under way, and this start asks for one that " + asked.does(),
                    run.map(row -> " (run " + row.id() + ")").orElse(""));
        });
        return new Started(execution, run);
    }

    /**
     * A run of these keys alone. One under way looks at others, so it cannot be joined.
     *
     * @throws Problem 409 run_under_way; 503 temporal_away
     */
    Started ofKeys(TenantId tenant, Store store, boolean dispatch, List<KeyBytes> keys) {
        UUID list = transactions.in(tenant, () -> keyLists.put(tenant, store.id(), keys));
        try {
            // Without an answer it may have started all the same, and needs its list.
            return started(workflows.start(
                    id(tenant, store), store.site(), Map.of("dispatch", dispatch, "keyList", list.toString())));
        } catch (WorkflowExecutionAlreadyStarted underWay) {
            transactions.run(tenant, () -> keyLists.forget(tenant, list));
            throw underWay(store, "is under way, and looks at other keys", "");
        }
    }

    private WorkflowId id(TenantId tenant, Store store) {
        return new WorkflowId(tenants.nameOf(tenant), store.name());
    }

    private static Started started(WorkflowExecution execution) {
        return new Started(execution, Optional.empty());
    }

    private static Problem underWay(Store store, String what, String which) {
        return Problem.conflict(
                "run_under_way",
                "a run of store '" + store.name() + "' " + what + ": wait for its end or cancel it" + which);
    }
}
