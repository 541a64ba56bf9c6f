package dev.quarry.proxy.filter;

import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.Stores;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
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
     * The store with the filters as they are now.
     *
     * @param start of the run, which ages are counted from
     */
    public FilteredStore of(TenantId tenant, Store store, Instant start) {
        Filters set = transactions.in(tenant, () -> filters.get(tenant, store.id()));
        return new FilteredStore(
                () -> stores.lister(store),
                (key, version, most) -> stores.bytes(store, key, version, most),
                set,
                store.includeHidden(),
                start);
    }
}
