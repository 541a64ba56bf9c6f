package dev.quarry.proxy.store.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.store.AzureEmulator;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whole runs over accounts that no emulator stands for. */
class AccountsInMemoryRunsTest {
    /** By bytes some of them lie before the folder {@code 2024/}, and in an account with directories behind it. */
    private static final String[] FILES = {
        "2024/a.csv",
        "2024!",
        "2024-01.csv",
        "2024-02/b.csv",
        "2024-02.csv",
        "2024.csv",
        "20240.csv",
        "2025/c.csv",
        "2025-01.csv"
    };

    private final StoreFaults server = new StoreFaults(0);

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void whatIsUnchangedIsUnchangedInPagesOfAnySize(int most) {
        TestStore store = store(new BlobsInMemory(true, true, most), FILES);
        assertCounts(store.open().complete(), FILES.length, FILES.length, 0);
        assertCounts(store.open().complete(), FILES.length, 0, FILES.length);
        assertThat(store.ledger()).containsOnlyKeys(FILES);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void everyKeyThatIsAskedForIsFound(int most) {
        TestStore store = store(new BlobsInMemory(true, true, most), FILES);
        store.open().complete();
        String[] asked = {"2024-01.csv", "2024.csv", "2024/a.csv", "2025/c.csv"};
        assertCounts(store.openForKeys(asked).complete(), asked.length, 0, asked.length);
        assertThat(store.ledger()).containsOnlyKeys(FILES);
    }

    /** A store that wants text is asked for no half of a character. */
    @Test
    void theNameOfAnIgnoreFileMayEndInAnyLetter() {
        BlobsInMemory container = new BlobsInMemory(false, true);
        TestStore store = store(container, "a.bak", "b.txt");
        container.blobs.put(KeyBytes.utf8("ignor\u00e9"), "*.bak".getBytes(StandardCharsets.UTF_8));
        assertThat(store.settings("{\"filters\": {\"ignoreFile\": \"ignor\u00e9\"}}")
                        .status())
                .isEqualTo(200);
        assertCounts(store.open().complete(), 3, 2, 0);
        assertThat(store.ledger()).containsEntry("a.bak", "FILTERED(ignore:ignor\u00e9:1)");
    }

    private TestStore store(BlobsInMemory container, String... files) {
        server.always(container);
        for (String file : files) {
            container.blobs.put(KeyBytes.utf8(file), new byte[] {1});
        }
        return TestStore.azure(
                "{\"account\":\"files\",\"container\":\"files\",\"endpoint\":\"%s\",\"accountKey\":\"%s\"}"
                        .formatted(server.endpoint(), AzureEmulator.KEY));
    }

    private static void assertCounts(JsonNode totals, int listed, int indexed, int unchanged) {
        assertThat(totals.get("imbalance").isNull()).as(totals.toString()).isTrue();
        assertThat(totals.get("listed").asInt()).as(totals.toString()).isEqualTo(listed);
        assertThat(totals.get("indexed").asInt()).as(totals.toString()).isEqualTo(indexed);
        assertThat(totals.get("unchanged").asInt()).as(totals.toString()).isEqualTo(unchanged);
        assertThat(totals.get("deleted").asInt()).as(totals.toString()).isZero();
    }
}
