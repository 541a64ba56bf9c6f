package dev.quarry.proxy.run;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.attempt.StopJob;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.SiteAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/control/v1/runs")
class RunControlController {
    private final TenantLookup tenants;
    private final TenantTransactions transactions;
    private final RunTotalsRepository totals;
    private final OpenRun open;
    private final Advance advance;
    private final CloseRun close;
    private final RunLimits limits;

    RunControlController(
            TenantLookup tenants,
            TenantTransactions transactions,
            RunTotalsRepository totals,
            OpenRun open,
            Advance advance,
            CloseRun close,
            QuarrySettings settings) {
        this.tenants = tenants;
        this.transactions = transactions;
        this.totals = totals;
        this.open = open;
        this.advance = advance;
        this.close = close;
        this.limits = settings.run();
    }

    @PostMapping
    RunView open(SiteAccess sites, @RequestBody OpenRunRequest body) {
        String execution = given("firstExecutionRunId", body.firstExecutionRunId());
        if (!execution.matches("[\\x21-\\x7e]{1,100}")) {
            throw Problem.invalid("malformed", "firstExecutionRunId is not a Temporal run id");
        }
        OpenRun.Opened opened = open.open(
                sites,
                WorkflowId.parse(given("workflowId", body.workflowId())),
                execution,
                time(given("chainStartedAt", body.chainStartedAt())),
                new OpenRun.Asked(body.dispatch() == null || body.dispatch(), body.keyList()));
        return new RunView(
                opened.run().id(),
                opened.workflow().tenant(),
                opened.workflow().store(),
                opened.run().generation(),
                opened.run().state().shown(),
                limits.window(),
                opened.stopList());
    }

    @GetMapping("/{run}")
    RunTotals read(SiteAccess sites, @PathVariable UUID run) {
        return totals(tenants.ofRun(sites, run), run);
    }

    @PostMapping("/{run}/advance")
    RunTotals advance(SiteAccess sites, @PathVariable UUID run, @RequestBody SeqRequest body) {
        TenantId tenant = tenants.ofRun(sites, run);
        advance.advance(tenant, run, given("seq", body.seq()));
        return totals(tenant, run);
    }

    @PostMapping("/{run}/close")
    CloseView close(SiteAccess sites, @PathVariable UUID run, @RequestBody CloseRequest body) {
        TenantId tenant = tenants.ofRun(sites, run);
        CloseRun.Closed closed = close.close(tenant, run, given("cancelled", body.cancelled()));
        return new CloseView(closed.finished(), closed.waits(), totals(tenant, run), closed.stopList());
    }

    private RunTotals totals(TenantId tenant, UUID run) {
        return transactions.in(tenant, () -> totals.get(tenant, run));
    }

    private static Instant time(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.isAfter(Instant.EPOCH) && time.isBefore(Instant.parse("3000-01-01T00:00:00Z"))) {
                return time;
            }
        } catch (DateTimeException notTime) {
            // refused below
        }
        throw Problem.invalid("malformed", "chainStartedAt is not a time like 2026-01-31T12:00:00Z");
    }

    private static <T> T given(String name, @Nullable T value) {
        if (value == null) {
            throw Problem.invalid("malformed", name + " is missing");
        }
        return value;
    }

    record OpenRunRequest(
            @Nullable String workflowId,
            @Nullable String firstExecutionRunId,
            @Nullable String chainStartedAt,
            @Nullable Boolean dispatch,
            @Nullable UUID keyList) {}

    record RunView(
            UUID run,
            String tenant,
            String store,
            int generation,
            RunState state,
            int window,
            List<StopJob> stopList) {}

    record SeqRequest(@Nullable Integer seq) {}

    record CloseRequest(@Nullable Boolean cancelled) {}

    record CloseView(boolean finished, boolean waits, RunTotals totals, List<StopJob> stopList) {}
}
