package dev.quarry.proxy.store;

/** A bucket or container, written to by a client of its own and seen through the product's lister and reader. */
public interface RemoteTestStore {
    StoreLister lister();

    StoreReader reader();

    void put(KeyBytes key, byte[] content);

    void remove(KeyBytes key);
}
