package dev.quarry.proxy.store.azure;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.storage.blob.models.AccessTier;
import dev.quarry.proxy.store.ArchivedException;
import dev.quarry.proxy.store.AzureCredential;
import dev.quarry.proxy.store.AzureEmulator;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.RemoteReaderContract;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.AzureEmulator#isInstalled",
        disabledReason =
                "there is no Azurite for the emulated Azure; ./quarry setup installs it where node and npm are")
class AzureStoreReaderTest extends RemoteReaderContract {
    private final AzureTestStore store = new AzureTestStore(
            "below/", AzureEmulator.shared().endpoint(), AzureCredential.ACCOUNT_KEY, AzureEmulator.KEY);

    @Override
    protected AzureTestStore store() {
        return store;
    }

    /** Not control characters and backslashes, which the emulator changes, see {@link OddNamesOfContainersTest}. */
    @Override
    protected List<KeyBytes> oddKeys() {
        return List.of(
                KeyBytes.utf8("..."),
                KeyBytes.utf8("..x/y.."),
                KeyBytes.utf8("a/../b"),
                KeyBytes.utf8("a//b"),
                KeyBytes.utf8("/leading"),
                KeyBytes.utf8("100%41%2F"),
                KeyBytes.utf8("a+b c&d=e?f#g"),
                KeyBytes.utf8("emoji \ud83d\ude00"),
                KeyBytes.utf8("nfc \u00e9"),
                KeyBytes.utf8("nfd e\u0301"),
                KeyBytes.utf8("k".repeat(1_000)));
    }

    @Test
    void anArchivedBlobIsArchivedThoughItWasListedAsReadable() throws IOException {
        put(KeyBytes.utf8("a"), "x");
        String version =
                Objects.requireNonNull(listed().get(KeyBytes.utf8("a"))).version();
        AzureEmulator.shared().blob(store.container, "below/a").setAccessTier(AccessTier.ARCHIVE);
        assertThatThrownBy(() -> read(KeyBytes.utf8("a"), version, Optional.empty()))
                .isInstanceOf(ArchivedException.class);
    }
}
