package dev.quarry.proxy.run;

import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.Optional;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Splits a scope after a number of pages, and again after as many. What the ledger knows of the rest says where the middle is; of what it does not know,
 * the store is asked (see {@link PivotSearch}).
 */
final class KnownPivots implements ScopeListing.Splits {
    /** Names of the ledger looked at. The middle of so many is far enough away: the rest behind it can be split again. */
    private static final int NAMES = 100_000;

    private final TenantTransactions transactions;
    private final Ledger ledger;
    private final TenantId tenant;
    private final RunLimits limits;

    KnownPivots(TenantTransactions transactions, Ledger ledger, TenantId tenant, RunLimits limits) {
        this.transactions = transactions;
        this.ledger = ledger;
        this.tenant = tenant;
        this.limits = limits;
    }

    @Override
    public boolean isLarge(OpenScope scope) {
        return scope.pages() + 1 - scope.probed() >= limits.splitPages();
    }

    @Override
    public Optional<KeyBytes> pivot(StoreLister lister, ScopePage page) throws StoreException {
        KeyBytes last = page.listing().next().orElseThrow();
        if (lister.probe(page.path(), last).isEmpty()) {
            // Such a store is not split, or there is nothing left to be.
            return Optional.empty();
        }
        return new PivotSearch(lister, page).pivot(middle(page));
    }

    private Optional<KeyBytes> middle(ScopePage page) {
        try {
            return transactions.in(tenant, () -> ledger.middle(tenant, page, 2 * limits.page(), NAMES));
        } catch (DataAccessException | TransactionException away) {
            // Whoever commits the page will find that the database is away, and say so.
            return Optional.empty();
        }
    }
}
