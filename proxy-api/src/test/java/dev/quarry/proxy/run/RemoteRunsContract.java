package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Whole runs over a store that is reached by HTTP, and what the public API says of such a store. A variant adds its set-up, and what only it has. */
abstract class RemoteRunsContract {
    /** Where the emulator listens on loopback. */
    abstract int port();

    /** A key that the emulator refuses. */
    abstract String wrongKey();

    abstract String rightKey();

    /** The store at this endpoint, of what lies in {@code data/}. */
    abstract TestStore store(URI endpoint, String key);

    /** What replaces the store's key, as JSON. */
    abstract String replacement(String key);

    abstract void put(String key, String content);

    abstract void remove(String key);

    /** The service's code for a bucket or container that is not there. */
    abstract String goneCode();

    /** The service's code for a prefix that the key may not list. */
    abstract String refusedCode();

    /** What the service answers to a credential that has expired. */
    abstract StoreFaults.Fault expired();

    /** Whether the emulator refuses wrong keys. */
    boolean checksKeys() {
        return true;
    }

    /** Whether the emulator lets its folders be split. */
    abstract boolean isSplit();

    final TestStore store() {
        return store(endpoint(), rightKey());
    }

    final URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    @Test
    void threeRunsOverAChangingStoreAddUp() {
        put("data/a.txt", "one");
        put("data/deep/er/b.txt", "two");
        put("data/deep!/c.txt", "three");
        put("data/empty.txt", "");
        put("data/.git/config", "hidden");
        put("elsewhere/x.txt", "not of this store");
        TestStore store = store();
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
    void aFlatPrefixIsListedInSeveralRangesWhereItCanBe() {
        for (int i = 0; i < 60; i++) {
            put("data/" + String.format("f%03d.txt", i), "text " + i);
        }
        put("data/f030/below.txt", "in a folder");
        TestStore store = store().walkedBy(SmallPages.api());
        for (Map<String, Integer> counts :
                List.of(Map.of("listed", 61, "indexed", 61), Map.of("listed", 61, "unchanged", 61))) {
            TestRun run = store.open();
            RunsTest.assertCounts(run.complete(), counts);
            if (isSplit()) {
                SplitRunsTest.assertRangesOfTheRoot(run, 60);
            }
        }
        remove("data/f002.txt");
        remove("data/f058.txt");
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 59, "unchanged", 59, "deleted", 2));
    }

    @Test
    void aWrongKeyStopsARunWithItsReasonAndTheRightOneLetsItGoOn() {
        assumeTrue(checksKeys(), "the emulator does not look at keys");
        put("data/a.txt", "one");
        TestStore store = store(endpoint(), wrongKey());
        TestRun run = store.open();
        Answer away = TestStore.control("/" + run.id + "/advance", "{\"seq\":1}");
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.json().get("code").asString()).isEqualTo("store_away");
        assertThat(away.json().get("detail").asString()).contains("credential").doesNotContain(wrongKey());

        assertThat(waiting(run).get("reason").asString()).contains("credential").doesNotContain(wrongKey());

        assertThat(replaceKey(store, "{\"secret\":\"of another kind\"}").status())
                .isEqualTo(422);
        Answer replaced = replaceKey(store, replacement(rightKey()));
        assertThat(replaced.status()).as(replaced.body()).isEqualTo(200);
        RunsTest.assertCounts(run.complete(), Map.of("listed", 1, "indexed", 1));
        assertThat(waiting(run).isNull()).isTrue();
    }

    @Test
    void aCredentialThatExpiresInMidRunIsWaitedForAndTheRunSaysSinceWhen() throws IOException {
        put("data/a.txt", "one");
        put("data/d/b.txt", "two");
        try (StoreFaults wire = new StoreFaults(port())) {
            TestRun run = store(wire.endpoint(), rightKey()).open();
            assertThat(run.advance().get("listed").asInt()).isEqualTo(1);
            assertThat(waiting(run).isNull()).isTrue();
            wire.always(expired());
            String since = "";
            for (int i = 0; i < 2; i++) {
                assertThat(TestStore.control("/" + run.id + "/advance", "{\"seq\":2}")
                                .status())
                        .isEqualTo(503);
                JsonNode waiting = waiting(run);
                assertThat(waiting.get("reason").asString()).contains("credential");
                assertThat(since)
                        .as("the first time")
                        .isIn("", waiting.get("since").asString());
                since = waiting.get("since").asString();
                assertThat(Instant.parse(waiting.get("asked").asString())).isAfterOrEqualTo(Instant.parse(since));
            }
            wire.always(StoreFaults.Exchange::pass);
            RunsTest.assertCounts(run.complete(), Map.of("listed", 2, "indexed", 2));
            assertThat(waiting(run).isNull()).isTrue();
        }
    }

    private static JsonNode waiting(TestRun run) {
        return TestStore.people("/api/v1/runs/" + run.id).json().get("waiting");
    }

    @Test
    void aStoreThatIsGoneOrAFolderThatIsRefusedLosesNothing() throws IOException {
        put("data/a.txt", "one");
        put("data/d/b.txt", "two");
        try (StoreFaults wire = new StoreFaults(port())) {
            TestStore store = store(wire.endpoint(), rightKey());
            RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 2));
            wire.always(exchange -> exchange.respond(404, goneCode()));
            JsonNode gone = store.open().complete();
            assertThat(gone.get("gaps").asBoolean()).isTrue();
            RunsTest.assertCounts(gone, Map.of());
            wire.always(exchange -> {
                if (exchange.request().replace("%2F", "/").contains("prefix=data/d/")) {
                    exchange.respond(403, refusedCode());
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
    void theCheckTellsWhatWorksAndTheKeyIsNeverReturned() {
        put("data/a.txt", "one");
        Answer checked = check(store());
        assertThat(checked.status()).as(checked.body()).isEqualTo(200);
        for (String name : new String[] {"reach", "list", "read", "archive", "clock"}) {
            assertThat(check(checked, name).get("ok").asBoolean())
                    .as(name + checked.body())
                    .isTrue();
        }
        Answer away = check(store(URI.create("http://127.0.0.1:1"), wrongKey()));
        assertThat(check(away, "reach").get("ok").asBoolean()).isFalse();
        assumeTrue(checksKeys(), "the emulator does not look at keys");
        TestStore wrong = store(endpoint(), wrongKey());
        Answer refused = check(wrong);
        assertThat(check(refused, "reach").get("ok").asBoolean()).isTrue();
        assertThat(check(refused, "list").get("ok").asBoolean()).isFalse();
        assertThat(check(refused, "list").get("detail").asString()).contains("credential");
        assertThat(TestStore.people("/api/v1/stores/" + wrong.name).body()).doesNotContain(wrongKey());
        assertThat(TestStore.superuser()
                        .sql("select count(*) from quarry.store s where position(? in s::text) > 0")
                        .param(wrongKey())
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    private static Answer replaceKey(TestStore store, String json) {
        RunningApi api = RunningApi.shared();
        return api.put(Listener.PUBLIC, api.token(Listener.PUBLIC), "/api/v1/stores/" + store.name + "/key", json);
    }

    private static Answer check(TestStore store) {
        return TestStore.peoplePost("/api/v1/stores/" + store.name + "/check", "");
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
