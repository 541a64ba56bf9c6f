package dev.quarry.proxy.audit;

import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.account.RoleNeeded;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The audit log: a tenant's for its admins, all of it for operators. */
@RestController
class AuditController {
    private static final int MOST = 1_000;

    private final AuditLog log;

    AuditController(AuditLog log) {
        this.log = log;
    }

    /** @param next give it as {@code before} for the next page; null: this is the last */
    record AuditPage(List<AuditLog.Line> entries, @Nullable Long next) {
        static AuditPage of(List<AuditLog.Line> lines, int limit) {
            List<AuditLog.Line> page = lines.size() > limit ? lines.subList(0, limit) : lines;
            return new AuditPage(
                    page, lines.size() > limit ? page.get(limit - 1).n() : null);
        }
    }

    @GetMapping("/api/v1/audit")
    @RoleNeeded(Role.TENANT_ADMIN)
    AuditPage ofTenant(
            TenantId tenant,
            @RequestParam(required = false) @Nullable Long before,
            @RequestParam(defaultValue = "100") int limit) {
        return AuditPage.of(log.ofTenant(tenant, from(before), checked(limit) + 1), limit);
    }

    @GetMapping("/api/v1/operator/audit")
    @RoleNeeded(Role.OPERATOR)
    AuditPage ofAll(
            @RequestParam(required = false) @Nullable Long before, @RequestParam(defaultValue = "100") int limit) {
        return AuditPage.of(log.ofAll(from(before), checked(limit) + 1), limit);
    }

    private static long from(@Nullable Long before) {
        return before == null ? Long.MAX_VALUE : before;
    }

    private static int checked(int limit) {
        if (limit < 1 || limit > MOST) {
            throw Problem.invalid("invalid_limit", "limit must be from 1 to " + MOST + ", got " + limit);
        }
        return limit;
    }
}
