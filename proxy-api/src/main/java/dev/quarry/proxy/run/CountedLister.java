package dev.quarry.proxy.run;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import io.micrometer.core.instrument.Counter;
import java.time.Instant;
import java.util.Optional;

/** Counts the files that a store lists, whether or not anybody commits them: what a run listed again is the difference to what it counted. */
final class CountedLister implements StoreLister {
    private final StoreLister store;
    private final Counter files;

    CountedLister(StoreLister store, Counter files) {
        this.store = store;
        this.files = files;
    }

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        Listing page = store.list(folder, after, max);
        files.increment(page.files().size());
        return page;
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
