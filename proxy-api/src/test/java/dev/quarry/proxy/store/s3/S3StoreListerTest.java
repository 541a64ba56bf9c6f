package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.KeyBytes;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class S3StoreListerTest extends BucketListerContract {
    private final S3TestStore store = new S3TestStore();

    @Override
    protected S3TestStore store() {
        return store;
    }

    /** Not control characters: the emulator breaks its own XML with them, see {@link OddKeysOfBucketsTest}. */
    @Override
    protected List<KeyBytes> oddNames() {
        return List.of(
                KeyBytes.utf8("gr\u00fcn \u65e5\ud83d\ude00"),
                KeyBytes.utf8("100%41"),
                KeyBytes.utf8("a+b%2Fc"),
                KeyBytes.utf8("-rf *?#"));
    }
}
