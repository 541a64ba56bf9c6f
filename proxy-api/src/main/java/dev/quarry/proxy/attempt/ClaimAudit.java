package dev.quarry.proxy.attempt;

import dev.quarry.proxy.audit.AuditEntry;
import dev.quarry.proxy.audit.AuditLog;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.SiteAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** Who claimed what from where: in the tenant's audit log once a ticket is known to be one, else in the deployment's. */
@Component
class ClaimAudit {
    private static final String CLAIM = "CLAIM";

    private final AuditLog log;
    private final TenantLookup tenants;

    ClaimAudit(AuditLog log, TenantLookup tenants) {
        this.log = log;
        this.tenants = tenants;
    }

    void claimed(AgentClaims.Claimed claimed, String address) {
        record(claimed.tenant(), claimed.attempt().id(), address, HttpStatus.OK);
    }

    void refused(String ticket, Problem refused, String address) {
        if (refused.status() == HttpStatus.UNAUTHORIZED) { // the attempt that it names is not its
            log.recordBounded(
                    address,
                    new AuditEntry(
                            AuditEntry.DEPLOYMENT, "", CLAIM, "no ticket", address, HttpStatus.UNAUTHORIZED.value()));
            return;
        }
        Optional<UUID> attempt = Tickets.attemptOf(ticket);
        attempt.flatMap(id -> tenants.ofAttempt(SiteAccess.ALL, id))
                .ifPresent(tenant -> record(tenant, attempt.get(), address, refused.status()));
    }

    private void record(TenantId tenant, UUID attempt, String address, HttpStatus status) {
        log.recordBounded(
                attempt + " " + status.value(),
                new AuditEntry(tenant, "", CLAIM, "attempt " + attempt, address, status.value()));
    }
}
