package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.RemoteReaderContract;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class S3StoreReaderTest extends RemoteReaderContract {
    private final S3TestStore store = new S3TestStore(
            "below/", dev.quarry.proxy.store.S3Emulator.shared().endpoint(), dev.quarry.proxy.store.S3Emulator.SECRET);

    @Override
    protected S3TestStore store() {
        return store;
    }

    /** Not "..", "//", control characters and a leading slash: the emulator keeps objects as files, see {@link OddKeysOfBucketsTest}. */
    @Override
    protected List<KeyBytes> oddKeys() {
        return List.of(
                KeyBytes.utf8("..."),
                KeyBytes.utf8("..x/y.."),
                KeyBytes.utf8("100%41%2F"),
                KeyBytes.utf8("a+b c&d=e?f#g"),
                KeyBytes.utf8("emoji \ud83d\ude00"),
                KeyBytes.utf8("nfc \u00e9"),
                KeyBytes.utf8("nfd e\u0301"),
                KeyBytes.utf8(("d".repeat(200) + "/").repeat(4) + "k".repeat(100)));
    }
}
