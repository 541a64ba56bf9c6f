package dev.quarry.proxy.store;

import java.util.List;

/** What one kind of store is made of. */
public interface StoreVariant {
    StoreKind kind();

    StoreLister lister(Store store);

    StoreReader reader(Store store);

    /** What works now, see {@link StoreCheck}; takes seconds if the store is away. */
    List<StoreCheck> check(Store store);
}
