package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.RealStores;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(named = RealStores.BUCKET, matches = ".+", disabledReason = RealStores.NO_BUCKET)
class RealBucketListerTest extends BucketListerContract {
    private final S3TestStore store = S3TestStore.real();

    @Override
    protected S3TestStore store() {
        return store;
    }

    @AfterEach
    void leaveNothing() {
        store.leaveNothing();
    }

    @Override
    protected List<KeyBytes> oddNames() {
        return List.of(
                KeyBytes.utf8("gr\u00fcn \u65e5\ud83d\ude00"),
                KeyBytes.utf8("100%41"),
                KeyBytes.utf8("a+b%2Fc"),
                KeyBytes.utf8("-rf *?#"),
                KeyBytes.utf8("\u0001\n\r\t\u007f"),
                KeyBytes.utf8("."),
                KeyBytes.utf8(".."));
    }
}
