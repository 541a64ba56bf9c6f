package dev.quarry.proxy.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.store.AzureEmulator;
import dev.quarry.proxy.store.KeyBytes;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.AzureEmulator#isInstalled",
        disabledReason =
                "there is no Azurite for the emulated Azure; ./quarry setup installs it where node and npm are")
class AzureOddKeysTest extends OddKeysContract {
    private final AzureEmulator server = AzureEmulator.shared();
    private final String container = server.newContainer();

    @Override
    TestStore store() {
        return TestStore.azure("{\"account\":\"%s\",\"container\":\"%s\",\"endpoint\":\"%s\",\"accountKey\":\"%s\"}"
                .formatted(AzureEmulator.ACCOUNT, container, server.endpoint(), AzureEmulator.KEY));
    }

    @Override
    void put(KeyBytes key, String content) {
        server.put(container, new String(key.bytes(), UTF_8), content.getBytes(UTF_8));
    }

    /** Not control characters and backslashes, which the emulator changes. */
    @Override
    List<KeyBytes> oddKeys() {
        return List.of(
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
}
