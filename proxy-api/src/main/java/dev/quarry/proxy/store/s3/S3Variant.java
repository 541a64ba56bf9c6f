package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreCheck;
import dev.quarry.proxy.store.StoreKind;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.StoreVariant;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** Buckets. */
@Component
class S3Variant implements StoreVariant {
    private final S3Connections connections;

    S3Variant(S3Connections connections) {
        this.connections = connections;
    }

    @Override
    public StoreKind kind() {
        return StoreKind.S3;
    }

    @Override
    public StoreLister lister(Store store) {
        return Objects.requireNonNull(store.s3()).isDirectoryBucket()
                ? new DirectoryBucketLister(connections, store)
                : new S3StoreLister(connections, store);
    }

    @Override
    public StoreReader reader(Store store) {
        return new S3StoreReader(connections, store);
    }

    @Override
    public List<StoreCheck> check(Store store) {
        S3Connection connection = connections.take(store);
        try {
            return new S3Check(connection, store, lister(store), reader(store)).all();
        } finally {
            connection.giveBack();
        }
    }
}
