package dev.quarry.proxy.report;

import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.account.RoleNeeded;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import dev.quarry.proxy.unit.UnitForecast;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Reports of runs. Those of files are streamed, in pages of one short transaction each: a run under way goes on meanwhile. */
@RestController
@RequestMapping("/api/v1/runs/{run}")
class ReportController {
    private static final Logger LOG = LoggerFactory.getLogger(ReportController.class);
    private static final int PAGE = 2_000;
    private static final int MOST = 1_000;

    private final TenantTransactions transactions;
    private final RunReports reports;
    private final LedgerLines lines;
    private final RunChanges changes;
    private final UnitForecast forecast;
    private final JsonMapper json;

    ReportController(
            TenantTransactions transactions,
            RunReports reports,
            LedgerLines lines,
            RunChanges changes,
            UnitForecast forecast,
            JsonMapper json) {
        this.transactions = transactions;
        this.reports = reports;
        this.lines = lines;
        this.changes = changes;
        this.forecast = forecast;
        this.json = json;
    }

    @GetMapping("/report")
    @RoleNeeded(Role.VIEWER)
    void report(
            TenantId tenant,
            @PathVariable UUID run,
            @RequestParam(defaultValue = "CSV") ReportFormat format,
            @RequestParam(defaultValue = "false") boolean failures,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Pages pages = after ->
                transactions.in(tenant, () -> lines.after(tenant, reports.newest(tenant, run), after, failures, PAGE));
        // Before anything is written: what is wrong with the call, or with the database, is told as of any other.
        List<LedgerLines.Line> first = pages.after(LedgerLines.START);
        response.setContentType(format.mediaType());
        response.setHeader("Cache-Control", "no-store");
        response.setHeader(
                "Content-Disposition", "attachment; filename=\"run-" + run + "." + format.extension() + "\"");
        Writer out = new BufferedWriter(new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8));
        try {
            ReportFormat.Sheet sheet = format.sheet(out, json);
            write(failures ? onlyFailures(sheet) : sheet, first, pages);
            out.flush();
        } catch (RuntimeException failed) {
            LOG.warn("the report of run {} is cut short: {}", run, failed.getMessage());
            TornReports.tear(request, "the report cannot be written to its end");
        }
    }

    private static ReportFormat.Sheet onlyFailures(ReportFormat.Sheet sheet) {
        return line -> {
            if (line.isFailure()) {
                sheet.write(line);
            }
        };
    }

    private static void write(ReportFormat.Sheet sheet, List<LedgerLines.Line> first, Pages pages) throws IOException {
        List<LedgerLines.Line> page = first;
        while (true) {
            for (LedgerLines.Line line : page) {
                sheet.write(line.line());
            }
            if (page.size() < PAGE) {
                return;
            }
            page = pages.after(page.get(PAGE - 1).position());
        }
    }

    /** Of a report; the run may be superseded between two of them. */
    private interface Pages {
        List<LedgerLines.Line> after(LedgerLines.Position position);
    }

    @GetMapping("/changes")
    @RoleNeeded(Role.VIEWER)
    ChangeList changes(TenantId tenant, @PathVariable UUID run) {
        List<RunChanges.Change> found = changes.of(tenant, run);
        UUID store = transactions.in(tenant, () -> reports.newest(tenant, run)).store();
        return new ChangeList(found, forecast.units(tenant, store));
    }

    @GetMapping("/scopes")
    @RoleNeeded(Role.VIEWER)
    ScopeList scopes(
            TenantId tenant,
            @PathVariable UUID run,
            @RequestParam(required = false) @Nullable ScopeState state,
            @RequestParam(defaultValue = "0") long after,
            @RequestParam(defaultValue = "100") int limit) {
        if (limit < 1 || limit > MOST) {
            throw Problem.invalid("invalid_limit", "limit must be from 1 to " + MOST + ", got " + limit);
        }
        List<RunReports.ScopeLine> rows = transactions.in(tenant, () -> {
            reports.known(tenant, run);
            return reports.scopes(tenant, run, Optional.ofNullable(state).map(Enum::name), after, limit + 1);
        });
        boolean more = rows.size() > limit;
        List<RunReports.ScopeLine> page = more ? rows.subList(0, limit) : rows;
        return new ScopeList(page, more ? page.get(limit - 1).seq() : null);
    }

    enum ScopeState {
        OPEN,
        COMPLETE,
        FAILED
    }

    /** @param units about as many as the pending files make */
    record ChangeList(List<RunChanges.Change> changes, long units) {}

    record ScopeList(
            List<RunReports.ScopeLine> scopes, @Nullable Long next) {}
}
