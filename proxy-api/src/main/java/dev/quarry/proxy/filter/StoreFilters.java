package dev.quarry.proxy.filter;

import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.Stores;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Lists stores through their filters. */
@Component
public class StoreFilters {
    private final TenantTransactions transactions;
    private final FilterRepository filters;
    private final Stores stores;

    StoreFilters(TenantTransactions transactions, FilterRepository filters, Stores stores) {
        this.transactions = transactions;
        this.filters = filters;
        this.stores = stores;
    }

    /**
     * The filters as they are now, for one walk.
     *
     * @param start of the run, which ages are counted from
     * @param keys the only ones to look at; empty: the whole store
     */
    public WalkRules rules(TenantId tenant, Store store, Instant start, Optional<NamedKeys> keys) {
        Filters set = transactions.in(tenant, () -> filters.get(tenant, store.id()));
        return new WalkRules(
                (key, version, most) -> stores.bytes(store, key, version, most),
                set,
                store.includeHidden(),
                start,
                keys);
    }

    /** A lister as {@link Stores#lister}, by the walk's rules. */
    public StoreLister lister(Store store, WalkRules rules) {
        return rules.lister(stores.lister(store));
    }
}
