package dev.quarry.proxy.account;

import dev.quarry.proxy.tenant.StoreAccess;
import dev.quarry.proxy.tenant.TenantId;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.stereotype.Component;

/** Who bears a verified token: a service by what stands in it, a person by the account's row as it is now. */
@Component
class Callers {
    private final LiveAccounts accounts;
    private final OutsideCallers outside;

    Callers(LiveAccounts accounts, OutsideCallers outside) {
        this.accounts = accounts;
        this.outside = outside;
    }

    /** Empty if the token is good for nobody any more, or names no tenant. */
    Optional<Caller> of(Jwt token) {
        if (outside.issued(token)) {
            return outside.of(token);
        }
        String tenant = token.getClaimAsString("tenant");
        return tenant == null ? Optional.empty() : of(TenantId.parse(tenant), token);
    }

    private Optional<Caller> of(TenantId tenant, Jwt token) {
        String subject = Objects.requireNonNullElse(token.getSubject(), "");
        String role = token.getClaimAsString("role");
        if (role != null) {
            return Optional.of(new Caller(tenant, subject, Role.valueOf(role), StoreAccess.ALL, null));
        }
        return subject.startsWith(SignedIn.SUBJECT)
                ? person(tenant, UUID.fromString(subject.substring(SignedIn.SUBJECT.length())), token)
                : Optional.empty();
    }

    private Optional<Caller> person(TenantId tenant, UUID id, Jwt token) {
        Number credential = token.getClaim("credential");
        return credential == null
                ? Optional.empty()
                : accounts.of(new SignedIn(tenant, id, credential.intValue()))
                        .map(account -> new Caller(tenant, account.name(), account.role(), account.stores(), id));
    }
}
