package dev.quarry.proxy.store;

import java.time.Instant;
import java.util.Optional;

/** A lister around another one, which it hands everything on to that it says nothing else about: what listers have by default would be wrong of the one inside. */
public abstract class ForwardingStoreLister implements StoreLister {
    protected final StoreLister store;

    protected ForwardingStoreLister(StoreLister store) {
        this.store = store;
    }

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        return store.list(folder, after, max);
    }

    @Override
    public Optional<KeyBytes> probe(KeyBytes folder, KeyBytes name) throws StoreException {
        return store.probe(folder, name);
    }

    @Override
    public boolean throttledSince(Instant time) {
        return store.throttledSince(time);
    }
}
