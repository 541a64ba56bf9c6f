package dev.quarry.proxy.store;

import java.util.Optional;

/** Asks at each page whether the tenant may still use the store. */
final class GrantedLister extends ForwardingStoreLister {
    private final StoreGrants grants;
    private final Store granted;

    GrantedLister(StoreGrants grants, Store granted, StoreLister lister) {
        super(lister);
        this.grants = grants;
        this.granted = granted;
    }

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        grants.check(granted);
        return super.list(folder, after, max);
    }

    @Override
    public Optional<KeyBytes> probe(KeyBytes folder, KeyBytes name) throws StoreException {
        grants.check(granted);
        return super.probe(folder, name);
    }
}
