package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.RealStores;
import dev.quarry.proxy.store.RemoteReaderContract;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(named = RealStores.BUCKET, matches = ".+", disabledReason = RealStores.NO_BUCKET)
class RealBucketReaderTest extends RemoteReaderContract {
    private static final int MOST_BYTES = 1_024;

    private final S3TestStore store = S3TestStore.real();

    @Override
    protected S3TestStore store() {
        return store;
    }

    @AfterEach
    void leaveNothing() {
        store.leaveNothing();
    }

    /** All that fit behind the prefix; AWS refuses those that would lead out of it. */
    @Override
    protected List<KeyBytes> oddKeys() {
        return OddKeysOfBucketsTest.KEYS.stream()
                .filter(key -> store.store.root().bytes().length + key.bytes().length <= MOST_BYTES)
                .filter(key -> !key.toString().startsWith("../.."))
                .toList();
    }
}
