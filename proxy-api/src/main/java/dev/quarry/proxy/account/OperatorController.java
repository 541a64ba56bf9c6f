package dev.quarry.proxy.account;

import dev.quarry.proxy.audit.AuditEntry;
import dev.quarry.proxy.audit.AuditLog;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantRegistration;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tenants and their first accounts, for operators. */
@RestController
@RequestMapping("/api/v1/operator/tenants/{tenant}")
class OperatorController {
    private final TenantRegistration registration;
    private final TenantLookup tenants;
    private final AccountAdministration administration;
    private final AuditLog audit;

    OperatorController(
            TenantRegistration registration,
            TenantLookup tenants,
            AccountAdministration administration,
            AuditLog audit) {
        this.registration = registration;
        this.tenants = tenants;
        this.administration = administration;
        this.audit = audit;
    }

    record TenantView(String name) {}

    record AccountView(String tenant, String name, Role role) {}

    @PutMapping
    @RoleNeeded(Role.OPERATOR)
    ResponseEntity<TenantView> create(@PathVariable String tenant) {
        boolean created = registration.register(tenant);
        return ResponseEntity.status(created ? HttpStatus.CREATED : HttpStatus.OK)
                .body(new TenantView(tenant));
    }

    /** Any role, operators too. The tenant's own log has it too: its admins see who opened a door. */
    @PostMapping("/accounts")
    @RoleNeeded(Role.OPERATOR)
    ResponseEntity<AccountView> createAccount(
            Caller caller,
            @PathVariable String tenant,
            @RequestBody AccountController.NewAccount body,
            HttpServletRequest request) {
        if (body.role() == null) {
            throw Problem.invalid("invalid_role", "role is missing");
        }
        TenantId id = tenants.byName(tenant);
        AccountAdministration.Created created =
                administration.create(id, body.name(), body.password(), body.role(), body.stores());
        int status = created.created() ? 201 : 200;
        String account = "account " + created.account().name() + " " + body.role();
        audit.record(new AuditEntry(id, caller.who(), "OPERATOR_ACCOUNT", account, request.getRemoteAddr(), status));
        return ResponseEntity.status(status)
                .body(new AccountView(tenant, created.account().name(), body.role()));
    }
}
