package dev.quarry.proxy.attempt;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.SiteAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The control API of units and attempts. The tenant comes from the unit's or attempt's row, never from the caller, and its site must be the caller's. */
@RestController
@RequestMapping("/control/v1")
class AttemptController {
    private static final int MAX_READ = 1000;
    private static final int MAX_DETAIL = 2000;
    private static final int MAX_FACTOR = 1024;

    private final Attempts attempts;
    private final TenantLookup tenants;

    AttemptController(Attempts attempts, TenantLookup tenants) {
        this.attempts = attempts;
        this.tenants = tenants;
    }

    record OpenAttempt(
            @Nullable UUID requestId,
            @Nullable Integer after,
            @Nullable List<Integer> selected,
            @Nullable Boolean ticketPrivate,
            @Nullable Integer memoryFactor,
            @Nullable Integer diskFactor) {}

    @PostMapping("/units/{unit}/attempts")
    OpenAnswer open(SiteAccess sites, @PathVariable UUID unit, @RequestBody OpenAttempt body) {
        return attempts.open(
                tenants.ofUnit(sites, unit),
                unit,
                new Attempts.Opening(
                        required("requestId", body.requestId()),
                        required("after", body.after()),
                        body.selected(),
                        Boolean.TRUE.equals(body.ticketPrivate()),
                        factor("memoryFactor", body.memoryFactor()),
                        factor("diskFactor", body.diskFactor())));
    }

    private static int factor(String name, @Nullable Integer value) {
        if (value != null && (value < 1 || value > MAX_FACTOR)) {
            throw Problem.invalid("malformed", "'" + name + "' is " + value + "; it must be from 1 to " + MAX_FACTOR);
        }
        return value == null ? 1 : value;
    }

    record Handle(@Nullable String handle) {}

    @PutMapping("/attempts/{attempt}/handle")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void handle(SiteAccess sites, @PathVariable UUID attempt, @RequestBody Handle body) {
        String handle = required("handle", body.handle());
        if (handle.isEmpty() || handle.length() > 2048 || handle.indexOf('\0') >= 0) {
            throw Problem.invalid("malformed", "'handle' must have 1 to 2048 characters and no NUL");
        }
        TenantId tenant =
                tenants.ofAttempt(sites, attempt).orElseThrow(() -> TenantLookup.notFound("attempt", attempt, sites));
        attempts.handle(tenant, attempt, handle);
    }

    record AttemptIds(@Nullable List<UUID> attempts) {}

    @PostMapping("/attempts/read")
    List<AttemptStandings.Standing> read(SiteAccess sites, @RequestBody AttemptIds body) {
        List<UUID> ids = required("attempts", body.attempts());
        if (ids.size() > MAX_READ) {
            throw Problem.invalid("too_many", "'attempts' has " + ids.size() + " ids; at most " + MAX_READ + " a call");
        }
        Map<TenantId, List<UUID>> byTenant = new LinkedHashMap<>();
        for (UUID id : ids) {
            tenants.ofAttempt(sites, id)
                    .ifPresent(tenant -> byTenant.computeIfAbsent(tenant, t -> new ArrayList<>())
                            .add(id));
        }
        List<AttemptStandings.Standing> standings = new ArrayList<>();
        byTenant.forEach((tenant, own) -> standings.addAll(attempts.standings(tenant, own)));
        return standings;
    }

    record Settle(@Nullable UUID requestId, @Nullable JobEnd end) {}

    @PostMapping("/units/{unit}/settle")
    Attempts.SettleAnswer settle(SiteAccess sites, @PathVariable UUID unit, @RequestBody Settle body) {
        JobEnd end = required("end", body.end());
        required("end.state", (JobEnd.@Nullable State) end.state());
        return attempts.settle(tenants.ofUnit(sites, unit), unit, required("requestId", body.requestId()), end);
    }

    record Conclude(
            @Nullable List<Integer> items,
            @Nullable Integer after,
            @Nullable FailReason outcome,
            @Nullable String detail) {}

    @PostMapping("/units/{unit}/conclude")
    Attempts.ConcludeAnswer conclude(SiteAccess sites, @PathVariable UUID unit, @RequestBody Conclude body) {
        FailReason outcome = required("outcome", body.outcome());
        if (body.after() == null && outcome != FailReason.CANCELLED) {
            throw Problem.invalid(
                    "malformed",
                    "'after' is missing, which is for the outcome CANCELLED only; with " + outcome
                            + " give the newest epoch that you know");
        }
        String detail = body.detail() == null ? "" : body.detail().replace("\0", "");
        return attempts.conclude(
                tenants.ofUnit(sites, unit),
                unit,
                body.items(),
                body.after(),
                outcome,
                detail.substring(0, Math.min(detail.length(), MAX_DETAIL)));
    }

    record Fence(@Nullable Integer after) {}

    @PostMapping("/units/{unit}/fence")
    Attempts.ConcludeAnswer fence(SiteAccess sites, @PathVariable UUID unit, @RequestBody Fence body) {
        return attempts.fence(tenants.ofUnit(sites, unit), unit, required("after", body.after()));
    }

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw Problem.invalid("malformed", "'" + name + "' is missing");
        }
        return value;
    }
}
