package dev.quarry.proxy.store;

import java.nio.charset.StandardCharsets;

/** What every bucket and container must do when it is read. A variant says where it is, and which keys it allows. */
public abstract class RemoteReaderContract extends StoreReaderContract {
    protected abstract RemoteTestStore store();

    @Override
    protected final StoreLister lister() {
        return store().lister();
    }

    @Override
    protected final StoreReader reader() {
        return store().reader();
    }

    @Override
    protected final void put(KeyBytes key, String content) {
        store().put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected final void remove(KeyBytes key) {
        store().remove(key);
    }
}
