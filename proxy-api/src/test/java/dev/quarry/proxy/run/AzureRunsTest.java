package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.blob.models.AccessTier;
import dev.quarry.proxy.store.AzureEmulator;
import dev.quarry.proxy.store.StoreFaults;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;

@EnabledIf(
        value = "dev.quarry.proxy.store.AzureEmulator#isInstalled",
        disabledReason =
                "there is no Azurite for the emulated Azure; ./quarry setup installs it where node and npm are")
class AzureRunsTest extends RemoteRunsContract {
    private final AzureEmulator emulator = AzureEmulator.shared();
    private final String container = emulator.newContainer();

    @Override
    int port() {
        return emulator.port();
    }

    @Override
    String wrongKey() {
        return "d3Jvbmcta2V5LW9mLXNvbWVib2R5";
    }

    @Override
    String rightKey() {
        return AzureEmulator.KEY;
    }

    @Override
    TestStore store(URI endpoint, String key) {
        return TestStore.azure(
                "{\"account\":\"%s\",\"container\":\"%s\",\"prefix\":\"data\",\"endpoint\":\"%s\",\"accountKey\":\"%s\"}"
                        .formatted(AzureEmulator.ACCOUNT, container, endpoint, key));
    }

    @Override
    String replacement(String key) {
        return "{\"accountKey\":\"" + key + "\"}";
    }

    @Override
    void put(String name, String content) {
        emulator.put(container, name, content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    void remove(String name) {
        emulator.blob(container, name).delete();
    }

    @Override
    String goneCode() {
        return "ContainerNotFound";
    }

    /** It does not say that it is flat; {@code FlatAccountListerTest} has one that does. */
    @Override
    boolean isSplit() {
        return false;
    }

    @Override
    String refusedCode() {
        return "AuthorizationPermissionMismatch";
    }

    @Override
    StoreFaults.Fault expired() {
        return exchange -> exchange.respond(403, "AuthenticationFailed");
    }

    /** Such a name fits into no entry of an index. */
    @Test
    void aNameTooLongForTheLedgerIsLeftOutWithAWarningAndTheRestIsListed() {
        String name = new Random(7)
                .ints(1_000, 0x4e00, 0x9f00)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        put("data/a.txt", "one");
        put("data/" + name, "two");
        put("data/" + name.substring(0, 800), "three");
        put("data/z.txt", "four");
        TestStore store = store();
        JsonNode totals = store.open().complete();
        RunsTest.assertCounts(totals, Map.of("listed", 3, "indexed", 3));
        assertThat(totals.get("gaps").asBoolean()).isFalse();
        assertThat(totals.get("warnings").toString()).contains("is left out: its name has 3000 bytes");
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 3, "unchanged", 3));
    }

    @Test
    void archivedFilesFailWithoutAJobUntilTheirTierChanges() {
        put("data/a.txt", "one");
        emulator.blob(container, "data/a.txt").setAccessTier(AccessTier.ARCHIVE);
        TestStore store = store();
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1));
        assertThat(store.ledger()).isEqualTo(Map.of("a.txt", "FAILED(ARCHIVED)"));
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1, "carried", 1));
        emulator.blob(container, "data/a.txt").setAccessTier(AccessTier.HOT);
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "indexed", 1));
    }

    @Test
    void whatAStoreIsIsShownWithoutItsKey() {
        JsonNode shown =
                TestStore.people("/api/v1/stores/" + store().name).json().get("azure");
        assertThat(shown.get("credential").asString()).isEqualTo("account_key");
        assertThat(shown.get("prefix").asString()).isEqualTo("data/");
    }
}
