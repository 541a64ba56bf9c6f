package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.StoreReaderContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class S3StoreReaderTest extends StoreReaderContract {
    private final S3TestStore store = new S3TestStore(
            "below/", dev.quarry.proxy.store.S3Emulator.shared().endpoint(), dev.quarry.proxy.store.S3Emulator.SECRET);

    @Override
    protected StoreLister lister() {
        return store.lister();
    }

    @Override
    protected StoreReader reader() {
        return store.reader();
    }

    @Override
    protected void put(KeyBytes key, String content) {
        store.put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected void remove(KeyBytes key) {
        store.remove(key);
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
