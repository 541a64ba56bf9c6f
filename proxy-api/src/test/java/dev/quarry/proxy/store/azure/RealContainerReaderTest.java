package dev.quarry.proxy.store.azure;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.RealStores;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.StoreReaderContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(named = RealStores.CONTAINER, matches = ".+", disabledReason = RealStores.NO_CONTAINER)
class RealContainerReaderTest extends StoreReaderContract {
    private final AzureTestStore store = AzureTestStore.real();

    @AfterEach
    void leaveNothing() {
        store.leaveNothing();
    }

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

    /** What accounts with and without directories allow both. */
    @Override
    protected List<KeyBytes> oddKeys() {
        return List.of(
                KeyBytes.utf8("..x/y..z"),
                KeyBytes.utf8("100%41%2F"),
                KeyBytes.utf8("a+b c&d=e?f#g"),
                KeyBytes.utf8("emoji \ud83d\ude00"),
                KeyBytes.utf8("nfc \u00e9"),
                KeyBytes.utf8("nfd e\u0301"),
                KeyBytes.utf8("k".repeat(200)));
    }
}
