package dev.quarry.proxy.store.azure;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.RealStores;
import dev.quarry.proxy.store.RemoteReaderContract;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(named = RealStores.CONTAINER, matches = ".+", disabledReason = RealStores.NO_CONTAINER)
class RealContainerReaderTest extends RemoteReaderContract {
    private final AzureTestStore store = AzureTestStore.real();

    @AfterEach
    void leaveNothing() {
        store.leaveNothing();
    }

    @Override
    protected AzureTestStore store() {
        return store;
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
