package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.StoreReaderContract;
import java.nio.charset.StandardCharsets;

/** What every S3 must do when it is read. A variant says where the bucket is, and which keys it allows. */
abstract class BucketReaderContract extends StoreReaderContract {
    abstract S3TestStore store();

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
