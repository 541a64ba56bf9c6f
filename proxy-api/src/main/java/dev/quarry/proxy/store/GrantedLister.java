package dev.quarry.proxy.store;

import java.time.Instant;
import java.util.Optional;

/** Asks at each page whether the tenant may still use the store. */
record GrantedLister(StoreGrants grants, Store store, StoreLister lister) implements StoreLister {
    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        grants.check(store);
        return lister.list(folder, after, max);
    }

    @Override
    public Optional<KeyBytes> probe(KeyBytes folder, KeyBytes name) throws StoreException {
        grants.check(store);
        return lister.probe(folder, name);
    }

    @Override
    public boolean throttledSince(Instant time) {
        return lister.throttledSince(time);
    }
}
