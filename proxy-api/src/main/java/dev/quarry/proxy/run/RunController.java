package dev.quarry.proxy.run;

import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.account.RoleNeeded;
import dev.quarry.proxy.filter.NamedKeys;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
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
    private final StoreRepository stores;
    private final RunRepository runs;
    private final RunTotalsRepository totals;
    private final StartRun startRun;
    private final Deletion deletion;
    private final IndexWorkflows workflows;

    RunController(
            TenantTransactions transactions,
            StoreRepository stores,
            RunRepository runs,
            RunTotalsRepository totals,
            StartRun startRun,
            Deletion deletion,
            IndexWorkflows workflows) {
        this.transactions = transactions;
        this.stores = stores;
        this.runs = runs;
        this.totals = totals;
        this.startRun = startRun;
        this.deletion = deletion;
        this.workflows = workflows;
    }

    @GetMapping("/stores/{store}/runs")
    @RoleNeeded(Role.VIEWER)
    RunList list(TenantId tenant, @PathVariable String store) {
        return new RunList(transactions.in(
                tenant, () -> totals.ofStore(tenant, stores.get(tenant, store).id())));
    }

    @PostMapping("/stores/{store}/runs")
    @RoleNeeded(Role.EDITOR)
    @ResponseStatus(HttpStatus.ACCEPTED)
    StartedRun start(
            TenantId tenant, @PathVariable String store, @RequestBody(required = false) @Nullable StartRequest body) {
        Store found = transactions.in(tenant, () -> stores.get(tenant, store));
        boolean dispatch = body == null || body.dispatch() == null || body.dispatch();
        StartRun.Started started = body == null || body.keys() == null
                ? startRun.whole(tenant, found, dispatch)
                : startRun.ofKeys(tenant, found, dispatch, checked(body.keys()));
        return new StartedRun(
                started.execution().getWorkflowId(),
                started.execution().getRunId(),
                started.run().map(RunRow::id).orElse(null));
    }

    private static List<KeyBytes> checked(List<@Nullable String> given) {
        List<KeyBytes> keys = NamedKeys.checked(given);
        if (keys.isEmpty()) {
            throw Problem.invalid("invalid_filter", "keys holds none: leave it out for the whole store");
        }
        return keys;
    }

    @GetMapping("/runs/{run}")
    @RoleNeeded(Role.VIEWER)
    RunTotals read(TenantId tenant, @PathVariable UUID run) {
        return transactions.in(tenant, () -> totals.get(tenant, run));
    }

    @PostMapping("/runs/{run}/cancel")
    @RoleNeeded(Role.EDITOR)
    @ResponseStatus(HttpStatus.ACCEPTED)
    void cancel(TenantId tenant, @PathVariable UUID run) {
        RunRow row = transactions.in(tenant, () -> runs.get(tenant, run));
        if (!row.state().isOver()) {
            workflows.cancel(row.workflowId());
        }
    }

    @PostMapping("/runs/{run}/pause")
    @RoleNeeded(Role.EDITOR)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void pause(TenantId tenant, @PathVariable UUID run) {
        transactions.run(tenant, () -> runs.pause(tenant, run, true));
    }

    @PostMapping("/runs/{run}/resume")
    @RoleNeeded(Role.EDITOR)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void resume(TenantId tenant, @PathVariable UUID run) {
        transactions.run(tenant, () -> runs.pause(tenant, run, false));
    }

    /** A run that waits for it goes on at once, or, if Temporal is away, when it asks again. */
    @PostMapping("/runs/{run}/deletion")
    @RoleNeeded(Role.EDITOR)
    @ResponseStatus(HttpStatus.ACCEPTED)
    void answerDeletion(TenantId tenant, @PathVariable UUID run, @RequestBody DeletionAnswer body) {
        if (body.delete() == null) {
            throw Problem.invalid("malformed", "delete is missing: true deletes what has vanished, false keeps it");
        }
        deletion.answer(tenant, run, body.delete());
        workflows.deletionAnswered(
                transactions.in(tenant, () -> runs.get(tenant, run)).workflowId());
    }

    /**
     * @param dispatch false: list and compare only; null is true
     * @param keys the only ones to look at; null: the whole store
     */
    record StartRequest(
            @Nullable Boolean dispatch, @Nullable List<@Nullable String> keys) {}

    record DeletionAnswer(@Nullable Boolean delete) {}

    record RunList(List<RunTotals> runs) {}

    /** @param run null until the workflow has opened it */
    record StartedRun(
            String workflowId,
            String executionRunId,
            @Nullable UUID run) {}
}
