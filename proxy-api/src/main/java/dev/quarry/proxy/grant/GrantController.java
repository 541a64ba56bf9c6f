package dev.quarry.proxy.grant;

import dev.quarry.proxy.account.Caller;
import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.account.RoleNeeded;
import dev.quarry.proxy.audit.AuditEntry;
import dev.quarry.proxy.audit.AuditLog;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.GrantValues;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a tenant's stores may use, for operators. Each call is in the tenant's own audit log too: its admins see what was opened and closed. */
@RestController
@RequestMapping("/api/v1/operator/tenants/{tenant}/grants")
class GrantController {
    private final Grants grants;
    private final GrantValues values;
    private final TenantLookup tenants;
    private final AuditLog audit;

    GrantController(Grants grants, GrantValues values, TenantLookup tenants, AuditLog audit) {
        this.grants = grants;
        this.values = values;
        this.tenants = tenants;
        this.audit = audit;
    }

    record NewGrant(@Nullable String kind, @Nullable String value) {}

    record GrantView(String kind, String value) {}

    record GrantList(List<GrantView> grants) {}

    /**
     * What is left.
     *
     * @param revoked false: the tenant did not have it
     */
    record Revoked(boolean revoked, List<GrantView> grants) {}

    @GetMapping
    @RoleNeeded(Role.OPERATOR)
    GrantList list(@PathVariable String tenant) {
        return view(tenants.byName(tenant));
    }

    /** The same again is 200. */
    @PostMapping
    @RoleNeeded(Role.OPERATOR)
    ResponseEntity<GrantList> add(
            Caller caller, @PathVariable String tenant, @RequestBody NewGrant body, HttpServletRequest request) {
        TenantId id = tenants.byName(tenant);
        GrantKind kind = kind(body);
        Grant grant = new Grant(kind, values.checked(kind, value(body)));
        int status = grants.add(id, grant) ? 201 : 200;
        log(id, caller, "OPERATOR_GRANT", grant.toString(), request, status);
        return ResponseEntity.status(status).body(view(id));
    }

    /** Stores that live by it are refused their next page and their next file. */
    @PostMapping("/revoke")
    @RoleNeeded(Role.OPERATOR)
    Revoked revoke(Caller caller, @PathVariable String tenant, @RequestBody NewGrant body, HttpServletRequest request) {
        TenantId id = tenants.byName(tenant);
        GrantKind kind = kind(body);
        // Not checked again: what it named may be gone by now.
        Grant grant = new Grant(kind, GrantValues.inOneNotation(kind, value(body)));
        boolean revoked = grants.remove(id, grant);
        log(id, caller, "OPERATOR_REVOKE", (revoked ? "" : "not had: ") + grant, request, 200);
        return new Revoked(revoked, view(id).grants());
    }

    private void log(
            TenantId tenant, Caller caller, String what, String grant, HttpServletRequest request, int status) {
        audit.record(new AuditEntry(tenant, caller.who(), what, grant, request.getRemoteAddr(), status));
    }

    private static GrantKind kind(NewGrant body) {
        return GrantKind.find(String.valueOf(body.kind()))
                .orElseThrow(() -> Problem.invalid(
                        "invalid_kind",
                        "kind must be 'filesystem-root', 'store-endpoint', 'ambient-identity' or 'assume-role'"));
    }

    private static String value(NewGrant body) {
        if (body.value() == null
                || body.value().length() > 4_096
                || body.value().indexOf('\0') >= 0) {
            throw Problem.invalid("malformed", "value is needed, of at most 4096 characters and no NUL");
        }
        return body.value();
    }

    private GrantList view(TenantId tenant) {
        return new GrantList(grants.now(tenant).grants().stream()
                .map(grant -> new GrantView(grant.kind().label(), grant.value()))
                .sorted(Comparator.comparing(GrantView::kind).thenComparing(GrantView::value))
                .toList());
    }
}
