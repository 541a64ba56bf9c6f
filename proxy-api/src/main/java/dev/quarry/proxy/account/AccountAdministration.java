package dev.quarry.proxy.account;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.StoreAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What may be done to accounts, and is checked the same for tenant admins and operators. Each call is safe to repeat. */
@Component
class AccountAdministration {
    private static final String NAME = "[a-z0-9][a-z0-9._@+-]{0,99}";

    private final TenantTransactions transactions;
    private final AccountRepository accounts;
    private final StoreRepository stores;
    private final Passwords passwords;

    AccountAdministration(
            TenantTransactions transactions, AccountRepository accounts, StoreRepository stores, Passwords passwords) {
        this.transactions = transactions;
        this.accounts = accounts;
        this.stores = stores;
        this.passwords = passwords;
    }

    /** @param created false if it was there with the same password, role and stores */
    record Created(Account account, boolean created) {}

    Created create(
            TenantId tenant,
            @Nullable String name,
            @Nullable String password,
            Role role,
            @Nullable List<String> access) {
        if (name == null || !name.matches(NAME)) {
            throw Problem.invalid("invalid_name", "name must match ^" + NAME + "$");
        }
        String hash = passwords.hash(name, password);
        UUID id = UUID.randomUUID();
        boolean created = transactions.in(tenant, () -> {
            StoreAccess seen = access(tenant, role, access);
            boolean inserted = accounts.insert(tenant, id, name, hash, role);
            if (inserted) {
                accounts.change(tenant, id, role, seen, false);
            }
            return inserted;
        });
        AccountRepository.WithPassword stored =
                transactions.in(tenant, () -> accounts.find(tenant, name)).orElseThrow();
        Account account = stored.account();
        if (!created
                && (account.role() != role
                        || !account.stores().equals(transactions.in(tenant, () -> access(tenant, role, access)))
                        || !passwords.matches(String.valueOf(password), stored.hash()))) {
            throw Problem.conflict("account_exists", "there is an account '" + name + "' with other settings");
        }
        return new Created(account, created);
    }

    Account change(TenantId tenant, String name, Role role, @Nullable List<String> access, boolean disabled) {
        return transactions.in(tenant, () -> {
            Account account = accounts.get(tenant, name);
            accounts.change(tenant, account.id(), role, access(tenant, role, access), disabled);
            return accounts.get(tenant, name);
        });
    }

    /** Tokens and codes that were given before are worthless from now on. */
    void changePassword(TenantId tenant, String name, @Nullable String password) {
        String hash = passwords.hash(name, password);
        transactions.run(
                tenant,
                () -> accounts.changePassword(tenant, accounts.get(tenant, name).id(), hash));
    }

    private StoreAccess access(TenantId tenant, Role role, @Nullable List<String> names) {
        if (names == null) {
            return StoreAccess.ALL;
        }
        if (role == Role.TENANT_ADMIN || role == Role.OPERATOR) {
            throw Problem.invalid("invalid_stores", "role " + role + " is not limited to stores; leave stores out");
        }
        return StoreAccess.only(names.stream()
                .map(store -> stores.find(tenant, store)
                        .orElseThrow(() -> Problem.invalid("invalid_stores", "there is no store of one of these names"))
                        .id())
                .collect(Collectors.toSet()));
    }
}
