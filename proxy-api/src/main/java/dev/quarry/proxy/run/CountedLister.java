package dev.quarry.proxy.run;

import dev.quarry.proxy.store.ForwardingStoreLister;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import io.micrometer.core.instrument.Counter;
import java.util.Optional;

/** Counts the files that a store lists, whether or not anybody commits them: what a run listed again is the difference to what it counted. */
final class CountedLister extends ForwardingStoreLister {
    private final Counter files;

    CountedLister(StoreLister store, Counter files) {
        super(store);
        this.files = files;
    }

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        Listing page = super.list(folder, after, max);
        files.increment(page.files().size());
        return page;
    }
}
