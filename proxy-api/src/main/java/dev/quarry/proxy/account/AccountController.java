package dev.quarry.proxy.account;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Accounts of a tenant, for its admins. */
@RestController
@RequestMapping("/api/v1/accounts")
class AccountController {
    private final TenantTransactions transactions;
    private final AccountRepository accounts;
    private final StoreRepository stores;
    private final AccountAdministration administration;

    AccountController(
            TenantTransactions transactions,
            AccountRepository accounts,
            StoreRepository stores,
            AccountAdministration administration) {
        this.transactions = transactions;
        this.accounts = accounts;
        this.stores = stores;
        this.administration = administration;
    }

    /** A wish for an account; not printed. */
    record NewAccount(
            @Nullable String name,
            @Nullable String password,
            @Nullable Role role,
            @Nullable List<String> stores) {
        @Override
        public String toString() {
            return "NewAccount[" + name + "]";
        }
    }

    record Change(
            @Nullable Role role,
            @Nullable List<String> stores,
            @Nullable Boolean disabled) {}

    /** Not printed. */
    record NewPassword(@Nullable String password) {
        @Override
        public String toString() {
            return "NewPassword";
        }
    }

    record AccountList(List<AccountView> accounts) {}

    /** @param stores null: all of the tenant's */
    record AccountView(String name, Role role, @Nullable List<String> stores, boolean disabled, Instant createdAt) {}

    @GetMapping
    @RoleNeeded(Role.TENANT_ADMIN)
    AccountList list(TenantId tenant) {
        return transactions.in(
                tenant,
                () -> new AccountList(accounts.all(tenant).stream()
                        .map(account -> view(tenant, account))
                        .toList()));
    }

    @GetMapping("/{account}")
    @RoleNeeded(Role.TENANT_ADMIN)
    AccountView read(TenantId tenant, @PathVariable String account) {
        return transactions.in(tenant, () -> view(tenant, accounts.get(tenant, account)));
    }

    @PostMapping
    @RoleNeeded(Role.TENANT_ADMIN)
    ResponseEntity<AccountView> create(TenantId tenant, @RequestBody NewAccount body) {
        AccountAdministration.Created created =
                administration.create(tenant, body.name(), body.password(), role(body.role()), body.stores());
        return ResponseEntity.status(created.created() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(transactions.in(tenant, () -> view(tenant, created.account())));
    }

    /** Role, stores and whether it is disabled, all of them anew; counts for the very next request. */
    @PutMapping("/{account}")
    @RoleNeeded(Role.TENANT_ADMIN)
    AccountView change(Caller caller, @PathVariable String account, @RequestBody Change body) {
        refuseOperators(caller.tenant(), account);
        if (account.equals(caller.who()) && caller.account() != null) {
            throw Problem.conflict("own_account", "another admin must change your own account");
        }
        Account changed = administration.change(
                caller.tenant(), account, role(body.role()), body.stores(), Boolean.TRUE.equals(body.disabled()));
        return transactions.in(caller.tenant(), () -> view(caller.tenant(), changed));
    }

    @PutMapping("/{account}/password")
    @RoleNeeded(Role.TENANT_ADMIN)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void changePassword(TenantId tenant, @PathVariable String account, @RequestBody NewPassword body) {
        refuseOperators(tenant, account);
        administration.changePassword(tenant, account, body.password());
    }

    /** An operator's account lies in a tenant and is no business of that tenant's admins. */
    private void refuseOperators(TenantId tenant, String account) {
        if (transactions.in(tenant, () -> accounts.get(tenant, account)).role() == Role.OPERATOR) {
            throw Problem.notFound("account", account);
        }
    }

    private static Role role(@Nullable Role role) {
        if (role == null || role == Role.OPERATOR) {
            throw Problem.invalid("invalid_role", "role must be VIEWER, EDITOR or TENANT_ADMIN");
        }
        return role;
    }

    private AccountView view(TenantId tenant, Account account) {
        List<String> names = account.stores().all()
                ? null
                : stores.all(tenant).stream()
                        .filter(store -> account.stores().stores().contains(store.id()))
                        .map(Store::name)
                        .toList();
        return new AccountView(account.name(), account.role(), names, account.disabled(), account.createdAt());
    }
}
