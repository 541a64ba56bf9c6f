package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.blob.models.AccessTier;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.AzureEmulator;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;

/** Whole runs over a container of Azure Blob Storage, and what the public API says of such a store. */
@EnabledIf(
        value = "dev.quarry.proxy.store.AzureEmulator#isInstalled",
        disabledReason =
                "there is no Azurite for the emulated Azure; ./quarry setup installs it where node and npm are")
class AzureRunsTest {
    private static final String WRONG = "d3Jvbmcta2V5LW9mLXNvbWVib2R5";

    private final AzureEmulator emulator = AzureEmulator.shared();
    private final String container = emulator.newContainer();

    private void put(String name, String content) {
        emulator.put(container, name, content.getBytes(StandardCharsets.UTF_8));
    }

    private void remove(String name) {
        emulator.blob(container, name).delete();
    }

    private String json(URI endpoint, String key) {
        return "{\"account\":\"%s\",\"container\":\"%s\",\"prefix\":\"data\",\"endpoint\":\"%s\",\"accountKey\":\"%s\"}"
                .formatted(AzureEmulator.ACCOUNT, container, endpoint, key);
    }

    @Test
    void threeRunsOverAChangingContainerAddUp() {
        put("data/a.txt", "one");
        put("data/deep/er/b.txt", "two");
        put("data/deep!/c.txt", "three");
        put("data/empty.txt", "");
        put("data/.git/config", "hidden");
        put("elsewhere/x.txt", "not of this store");
        TestStore store = TestStore.azure(json(emulator.endpoint(), AzureEmulator.KEY));
        RunsTest.assertCounts(
                store.open().complete(), Map.of("listed", 5, "indexed", 3, "noContent", 1, "filtered", 1));
        assertThat(store.ledger())
                .containsOnlyKeys("a.txt", "deep/er/b.txt", "deep!/c.txt", "empty.txt", ".git/config");

        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 5, "unchanged", 4, "filtered", 1));

        put("data/a.txt", "changed");
        put("data/deep/new.txt", "new");
        remove("data/deep!/c.txt");
        RunsTest.assertCounts(
                store.open().complete(),
                Map.of("listed", 5, "indexed", 2, "unchanged", 2, "filtered", 1, "deleted", 1));
    }

    @Test
    void aWrongKeyStopsARunWithItsReasonAndTheRightOneLetsItGoOn() {
        put("data/a.txt", "one");
        TestStore store = TestStore.azure(json(emulator.endpoint(), WRONG));
        TestRun run = store.open();
        Answer away = TestStore.control("/" + run.id + "/advance", "{\"seq\":1}");
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.json().get("code").asString()).isEqualTo("store_away");
        assertThat(away.json().get("detail").asString()).contains("credential").doesNotContain(WRONG);

        assertThat(replaceKey(store, "{\"accessKeyId\":\"a\",\"secretAccessKey\":\"b\"}")
                        .status())
                .isEqualTo(422);
        Answer replaced = replaceKey(store, "{\"accountKey\":\"" + AzureEmulator.KEY + "\"}");
        assertThat(replaced.status()).as(replaced.body()).isEqualTo(200);
        RunsTest.assertCounts(run.complete(), Map.of("listed", 1, "indexed", 1));
    }

    private static Answer replaceKey(TestStore store, String json) {
        RunningApi api = RunningApi.shared();
        return api.put(Listener.PUBLIC, api.token(Listener.PUBLIC), "/api/v1/stores/" + store.name + "/key", json);
    }

    @Test
    void aContainerThatIsGoneOrAFolderThatIsRefusedLosesNothing() throws IOException {
        put("data/a.txt", "one");
        put("data/d/b.txt", "two");
        try (StoreFaults wire = new StoreFaults(emulator.port())) {
            TestStore store = TestStore.azure(json(wire.endpoint(), AzureEmulator.KEY));
            RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 2));
            wire.always(exchange -> exchange.respond(404, "ContainerNotFound"));
            JsonNode gone = store.open().complete();
            assertThat(gone.get("gaps").asBoolean()).isTrue();
            RunsTest.assertCounts(gone, Map.of());
            wire.always(exchange -> {
                if (exchange.request().replace("%2F", "/").contains("prefix=data/d/")) {
                    exchange.respond(403, "AuthorizationPermissionMismatch");
                } else {
                    exchange.pass();
                }
            });
            JsonNode refused = store.open().complete();
            assertThat(refused.get("gaps").asBoolean()).isTrue();
            RunsTest.assertCounts(refused, Map.of("listed", 1, "unchanged", 1));
            assertThat(store.ledger()).hasSize(2);
        }
    }

    @Test
    void archivedFilesFailWithoutAJobUntilTheirTierChanges() {
        put("data/a.txt", "one");
        emulator.blob(container, "data/a.txt").setAccessTier(AccessTier.ARCHIVE);
        TestStore store = TestStore.azure(json(emulator.endpoint(), AzureEmulator.KEY));
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1));
        assertThat(store.ledger()).isEqualTo(Map.of("a.txt", "FAILED(ARCHIVED)"));
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1, "carried", 1));
        emulator.blob(container, "data/a.txt").setAccessTier(AccessTier.HOT);
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "indexed", 1));
    }

    @Test
    void theCheckTellsWhatWorksAndTheKeyIsNeverReturned() {
        put("data/a.txt", "one");
        TestStore right = TestStore.azure(json(emulator.endpoint(), AzureEmulator.KEY));
        Answer checked = TestStore.peoplePost("/api/v1/stores/" + right.name + "/check", "");
        assertThat(checked.status()).as(checked.body()).isEqualTo(200);
        for (String name : new String[] {"reach", "list", "read", "clock"}) {
            assertThat(check(checked, name).get("ok").asBoolean())
                    .as(name + checked.body())
                    .isTrue();
        }
        TestStore wrong = TestStore.azure(json(emulator.endpoint(), WRONG));
        Answer refused = TestStore.peoplePost("/api/v1/stores/" + wrong.name + "/check", "");
        assertThat(check(refused, "reach").get("ok").asBoolean()).isTrue();
        assertThat(check(refused, "list").get("ok").asBoolean()).isFalse();
        assertThat(check(refused, "list").get("detail").asString()).contains("credential");
        Answer away = TestStore.peoplePost(
                "/api/v1/stores/" + TestStore.azure(json(URI.create("http://127.0.0.1:1"), WRONG)).name + "/check", "");
        assertThat(check(away, "reach").get("ok").asBoolean()).isFalse();
        JsonNode shown = TestStore.people("/api/v1/stores/" + wrong.name).json();
        assertThat(shown.toString()).doesNotContain(WRONG);
        assertThat(shown.get("azure").get("credential").asString()).isEqualTo("account_key");
        assertThat(shown.get("azure").get("prefix").asString()).isEqualTo("data/");
        assertThat(TestStore.superuser()
                        .sql("select count(*) from quarry.store s where s::text like '%" + WRONG + "%'")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    private static JsonNode check(Answer answer, String name) {
        for (JsonNode check : answer.json().get("checks")) {
            if (check.get("name").asString().equals(name)) {
                return check;
            }
        }
        throw new AssertionError("no check '" + name + "' in " + answer.body());
    }
}
