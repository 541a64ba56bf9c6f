package dev.quarry.proxy.run;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import io.temporal.api.common.v1.WorkflowExecution;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
class RunController {
    private final TenantTransactions transactions;
    private final TenantLookup tenants;
    private final StoreRepository stores;
    private final RunRepository runs;
    private final RunTotalsRepository totals;
    private final Deletion deletion;
    private final IndexWorkflows workflows;

    RunController(
            TenantTransactions transactions,
            TenantLookup tenants,
            StoreRepository stores,
            RunRepository runs,
            RunTotalsRepository totals,
            Deletion deletion,
            IndexWorkflows workflows) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.stores = stores;
        this.runs = runs;
        this.totals = totals;
        this.deletion = deletion;
        this.workflows = workflows;
    }

    @GetMapping("/stores/{store}/runs")
    RunList list(TenantId tenant, @PathVariable String store) {
        return new RunList(transactions.in(
                tenant, () -> totals.ofStore(tenant, stores.get(tenant, store).id())));
    }

    @PostMapping("/stores/{store}/runs")
    @ResponseStatus(HttpStatus.ACCEPTED)
    StartedRun start(
            TenantId tenant, @PathVariable String store, @RequestBody(required = false) @Nullable StartRequest body) {
        Store found = transactions.in(tenant, () -> stores.get(tenant, store));
        WorkflowId id = new WorkflowId(tenants.nameOf(tenant), found.name());
        WorkflowExecution execution =
                workflows.start(id, found.site(), body == null || body.dispatch() == null || body.dispatch());
        UUID run = transactions.in(
                tenant,
                () -> runs.byChain(tenant, found.id(), execution.getRunId())
                        .map(RunRow::id)
                        .orElse(null));
        return new StartedRun(id.toString(), execution.getRunId(), run);
    }

    @GetMapping("/runs/{run}")
    RunTotals read(TenantId tenant, @PathVariable UUID run) {
        return transactions.in(tenant, () -> totals.get(tenant, run));
    }

    @PostMapping("/runs/{run}/cancel")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void cancel(TenantId tenant, @PathVariable UUID run) {
        RunRow row = transactions.in(tenant, () -> runs.get(tenant, run));
        if (!row.state().isOver()) {
            workflows.cancel(row.workflowId());
        }
    }

    @PostMapping("/runs/{run}/pause")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void pause(TenantId tenant, @PathVariable UUID run) {
        transactions.run(tenant, () -> runs.pause(tenant, run, true));
    }

    @PostMapping("/runs/{run}/resume")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void resume(TenantId tenant, @PathVariable UUID run) {
        transactions.run(tenant, () -> runs.pause(tenant, run, false));
    }

    /** A run that waits for it goes on at once, or, if Temporal is away, when it asks again. */
    @PostMapping("/runs/{run}/deletion")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void answerDeletion(TenantId tenant, @PathVariable UUID run, @RequestBody DeletionAnswer body) {
        if (body.delete() == null) {
            throw Problem.invalid("malformed", "delete is missing: true deletes what has vanished, false keeps it");
        }
        deletion.answer(tenant, run, body.delete());
        workflows.deletionAnswered(
                transactions.in(tenant, () -> runs.get(tenant, run)).workflowId());
    }

    /** @param dispatch false: list and compare only; null is true */
    record StartRequest(@Nullable Boolean dispatch) {}

    record DeletionAnswer(@Nullable Boolean delete) {}

    record RunList(List<RunTotals> runs) {}

    /** @param run null until the workflow has opened it */
    record StartedRun(
            String workflowId,
            String executionRunId,
            @Nullable UUID run) {}
}
