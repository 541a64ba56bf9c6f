package dev.quarry.proxy.account;

import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The accounts of people who signed in, as they are now. */
@Component
public class LiveAccounts {
    private final TenantTransactions transactions;
    private final AccountRepository accounts;

    LiveAccounts(TenantTransactions transactions, AccountRepository accounts) {
        this.transactions = transactions;
        this.accounts = accounts;
    }

    /** Whether what the person was given is still worth something. */
    public boolean has(SignedIn person) {
        return of(person).isPresent();
    }

    /** Empty if the account is gone or disabled, or has another password since. */
    Optional<Account> of(SignedIn person) {
        return transactions
                .in(person.tenant(), () -> accounts.find(person.tenant(), person.account()))
                .map(AccountRepository.WithPassword::account)
                .filter(account -> !account.disabled())
                .filter(account -> account.credential() == person.credential());
    }
}
