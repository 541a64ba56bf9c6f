package dev.quarry.proxy.account;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.security.OutsideIssuer;
import dev.quarry.proxy.tenant.StoreAccess;
import dev.quarry.proxy.tenant.TenantLookup;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.stereotype.Component;

/**
 * People whose tokens another issuer signed (docs/adr/0014): tenant and role come from claims that the deployment names; of several values that mean a role the
 * strongest counts, and operator only alone. They see all stores of their tenant, and act for as long as their token lives.
 */
@Component
class OutsideCallers {
    private final OutsideIssuer oidc;
    private final Map<String, Role> roles;
    private final TenantLookup tenants;

    OutsideCallers(QuarrySettings settings, TenantLookup tenants) {
        this.oidc = settings.oidc();
        this.roles = oidc.meanings();
        this.tenants = tenants;
    }

    boolean issued(Jwt token) {
        return oidc.issuer() != null && oidc.issuer().equals(token.getClaimAsString("iss"));
    }

    /** Empty if the claims name no tenant of ours or no role. */
    Optional<Caller> of(Jwt token) {
        Optional<Role> role = values(token.getClaim(oidc.roleClaim()))
                .map(roles::get)
                .filter(Objects::nonNull)
                .max(java.util.Comparator.comparing(found -> found == Role.OPERATOR ? -1 : found.ordinal()));
        String name = oidc.tenant() != null ? oidc.tenant() : token.getClaimAsString(oidc.tenantClaim());
        if (role.isEmpty() || name == null || token.getSubject() == null) {
            return Optional.empty();
        }
        return tenants.find(name)
                .map(tenant -> new Caller(tenant, "oidc:" + token.getSubject(), role.get(), StoreAccess.ALL, null));
    }

    private static Stream<String> values(@Nullable Object claim) {
        return claim instanceof Collection<?> many
                ? many.stream().map(String::valueOf)
                : claim == null ? Stream.empty() : Stream.of(claim.toString().split(" ", -1));
    }
}
