package dev.quarry.proxy.account;

import dev.quarry.proxy.account.AccountRepository.WithPassword;
import dev.quarry.proxy.audit.AuditEntry;
import dev.quarry.proxy.audit.AuditLog;
import dev.quarry.proxy.limit.RateLimits;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.dao.DataAccessException;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.InternalAuthenticationServiceException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Tenant, account and password to a signed-in person. No such tenant, no such account, a wrong password and a disabled account are one answer and take the same
 * work: the rows are asked for and a password is hashed in each case.
 */
@Component
public class AccountLogin {
    private final TenantLookup tenants;
    private final TenantTransactions transactions;
    private final AccountRepository accounts;
    private final Passwords passwords;
    private final RateLimits limits;
    private final AuditLog audit;

    AccountLogin(
            TenantLookup tenants,
            TenantTransactions transactions,
            AccountRepository accounts,
            Passwords passwords,
            RateLimits limits,
            AuditLog audit) {
        this.tenants = tenants;
        this.transactions = transactions;
        this.accounts = accounts;
        this.passwords = passwords;
        this.limits = limits;
        this.audit = audit;
    }

    /** For one security chain. A bean of this type would be asked twice: the library puts it behind every chain's own. */
    public AuthenticationProvider provider() {
        return new AuthenticationProvider() {
            @Override
            public boolean supports(Class<?> type) {
                return UsernamePasswordAuthenticationToken.class.isAssignableFrom(type);
            }

            @Override
            public Authentication authenticate(Authentication given) {
                return AccountLogin.this.authenticate(given);
            }
        };
    }

    private Authentication authenticate(Authentication given) {
        LoginDetails details = (LoginDetails) Objects.requireNonNull(given.getDetails());
        String name = given.getName().strip().toLowerCase(Locale.ROOT);
        long wait = limits.login(details.address(), details.tenant() + "/" + name);
        if (wait > 0) {
            throw new TooManyAttemptsException(wait);
        }
        try {
            return signIn(details, name, String.valueOf(given.getCredentials()));
        } catch (DataAccessException | TransactionException | Problem away) {
            throw new InternalAuthenticationServiceException("cannot look up accounts now", away);
        }
    }

    private Authentication signIn(LoginDetails details, String name, String password) {
        Optional<TenantId> tenant = tenants.find(details.tenant());
        TenantId asked = tenant.orElseGet(() -> new TenantId(UUID.randomUUID()));
        Optional<WithPassword> found = transactions.in(asked, () -> accounts.find(asked, name));
        boolean matches =
                passwords.matches(password, found.map(WithPassword::hash).orElse(null));
        if (!matches || found.isEmpty() || found.get().account().disabled()) {
            audit.record(failed(tenant, found, details));
            throw new BadCredentialsException("tenant, account or password is wrong");
        }
        Account account = found.get().account();
        audit.record(
                new AuditEntry(asked, account.name(), "LOGIN", "account " + account.name(), details.address(), 200));
        return UsernamePasswordAuthenticationToken.authenticated(
                new SignedIn(asked, account.id(), account.credential()), null, List.of());
    }

    /** Names only an account that is there: people type passwords into the wrong field. */
    private static AuditEntry failed(Optional<TenantId> tenant, Optional<WithPassword> found, LoginDetails details) {
        String account = found.map(row -> row.account().name()).orElse("an unknown account");
        return new AuditEntry(
                tenant.orElse(AuditEntry.DEPLOYMENT), "", "LOGIN_FAILED", account, details.address(), 401);
    }
}
