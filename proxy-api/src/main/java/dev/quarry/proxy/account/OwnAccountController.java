package dev.quarry.proxy.account;

import dev.quarry.proxy.limit.RateLimits;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantTransactions;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What people do to their own account. */
@RestController
class OwnAccountController {
    private final TenantTransactions transactions;
    private final AccountRepository accounts;
    private final Passwords passwords;
    private final RateLimits limits;

    OwnAccountController(
            TenantTransactions transactions, AccountRepository accounts, Passwords passwords, RateLimits limits) {
        this.transactions = transactions;
        this.accounts = accounts;
        this.passwords = passwords;
        this.limits = limits;
    }

    /** Not printed. */
    record PasswordChange(@Nullable String old, @Nullable String password) {
        @Override
        public String toString() {
            return "PasswordChange";
        }
    }

    /** All tokens of the account are worthless afterwards, the one it came with too. */
    @PutMapping("/api/v1/account/password")
    @RoleNeeded({Role.VIEWER, Role.OPERATOR})
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void change(Caller caller, @RequestBody PasswordChange body, HttpServletRequest request) {
        UUID account = caller.account();
        if (account == null) {
            throw Problem.invalid("no_password", "you did not sign in with a password here");
        }
        limits.orRefuse(limits.login(request.getRemoteAddr(), account.toString()));
        AccountRepository.WithPassword row = transactions
                .in(caller.tenant(), () -> accounts.find(caller.tenant(), account))
                .orElseThrow(() -> Problem.notFound("account", caller.who()));
        if (!passwords.matches(String.valueOf(body.old()), row.hash())) {
            throw Problem.invalid("wrong_password", "the old password is wrong");
        }
        String hash = passwords.hash(caller.who(), body.password());
        // Hashing takes its time: meanwhile an admin may have given the account another password.
        boolean changed = transactions.in(
                caller.tenant(),
                () -> accounts.changePassword(
                        caller.tenant(), account, row.account().credential(), hash));
        if (!changed) {
            throw Problem.conflict(
                    "password_changed", "the account's password was changed meanwhile; sign in again with the new one");
        }
    }
}
