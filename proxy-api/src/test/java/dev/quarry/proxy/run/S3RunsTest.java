package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.S3Emulator;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;

/** Whole runs over a bucket, and what the public API says of such a store. */
@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class S3RunsTest {
    private final S3Emulator emulator = S3Emulator.shared();
    private final String bucket = emulator.newBucket();

    private void put(String key, String content) {
        emulator.put(bucket, key, content.getBytes(StandardCharsets.UTF_8));
    }

    private void remove(String key) {
        emulator.client().deleteObject(request -> request.bucket(bucket).key(key));
    }

    private String json(URI endpoint, String secret) {
        return """
                {"bucket":"%s","prefix":"data","endpoint":"%s","pathStyle":true,"accessKeyId":"%s","secretAccessKey":"%s"}""".formatted(bucket, endpoint, S3Emulator.KEY_ID, secret);
    }

    @Test
    void threeRunsOverAChangingBucketAddUp() {
        put("data/a.txt", "one");
        put("data/deep/er/b.txt", "two");
        put("data/deep!/c.txt", "three");
        put("data/empty.txt", "");
        put("data/.git/config", "hidden");
        put("elsewhere/x.txt", "not of this store");
        TestStore store = TestStore.s3(json(emulator.endpoint(), S3Emulator.SECRET));
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
        TestStore store = TestStore.s3(json(emulator.endpoint(), "the-wrong-secret"));
        TestRun run = store.open();
        Answer away = TestStore.control("/" + run.id + "/advance", "{\"seq\":1}");
        assertThat(away.status()).isEqualTo(503);
        assertThat(away.json().get("code").asString()).isEqualTo("store_away");
        assertThat(away.json().get("detail").asString()).contains("credential").doesNotContain("the-wrong-secret");

        RunningApi api = RunningApi.shared();
        Answer replaced = api.put(
                Listener.PUBLIC,
                api.token(Listener.PUBLIC),
                "/api/v1/stores/" + store.name + "/key",
                "{\"accessKeyId\":\"%s\",\"secretAccessKey\":\"%s\"}".formatted(S3Emulator.KEY_ID, S3Emulator.SECRET));
        assertThat(replaced.status()).as(replaced.body()).isEqualTo(200);
        RunsTest.assertCounts(run.complete(), Map.of("listed", 1, "indexed", 1));
    }

    @Test
    void aBucketThatIsGoneOrAFolderThatIsRefusedLosesNothing() throws IOException {
        put("data/a.txt", "one");
        put("data/d/b.txt", "two");
        try (StoreFaults wire = new StoreFaults(emulator.port())) {
            TestStore store = TestStore.s3(json(wire.endpoint(), S3Emulator.SECRET));
            RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 2));
            wire.always(exchange -> exchange.respond(404, "NoSuchBucket"));
            JsonNode gone = store.open().complete();
            assertThat(gone.get("gaps").asBoolean()).isTrue();
            RunsTest.assertCounts(gone, Map.of());
            wire.always(exchange -> {
                if (exchange.request().contains("prefix=data%2Fd%2F")) {
                    exchange.respond(403, "AccessDenied");
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
    void archivedFilesFailWithoutAJobUntilTheirClassChanges() throws IOException {
        put("data/a.txt", "one");
        put("data/b.txt", "two");
        try (StoreFaults wire = new StoreFaults(emulator.port())) {
            wire.always(
                    exchange -> exchange.respond(
                            200,
                            "Content-Type: application/xml\r\n",
                            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>data/a.txt</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                                    + "<ETag>&quot;e&quot;</ETag><Size>3</Size><StorageClass>DEEP_ARCHIVE</StorageClass></Contents></ListBucketResult>"));
            TestStore store = TestStore.s3(json(wire.endpoint(), S3Emulator.SECRET));
            RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1));
            assertThat(store.ledger()).isEqualTo(Map.of("a.txt", "FAILED(ARCHIVED)"));
            RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1, "carried", 1));
            wire.always(StoreFaults.Exchange::pass);
            RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 2));
        }
    }

    @Test
    void theCheckTellsWhatWorksAndTheSecretIsNeverReturned() {
        put("data/a.txt", "one");
        TestStore right = TestStore.s3(json(emulator.endpoint(), S3Emulator.SECRET));
        Answer checked = TestStore.peoplePost("/api/v1/stores/" + right.name + "/check", "");
        assertThat(checked.status()).as(checked.body()).isEqualTo(200);
        for (String name : new String[] {"reach", "list", "read", "clock"}) {
            assertThat(check(checked, name).get("ok").asBoolean())
                    .as(name + checked.body())
                    .isTrue();
        }
        TestStore wrong = TestStore.s3(json(emulator.endpoint(), "the-wrong-secret"));
        Answer refused = TestStore.peoplePost("/api/v1/stores/" + wrong.name + "/check", "");
        assertThat(check(refused, "reach").get("ok").asBoolean()).isTrue();
        assertThat(check(refused, "list").get("ok").asBoolean()).isFalse();
        assertThat(check(refused, "list").get("detail").asString()).contains("credential");
        assertThat(TestStore.people("/api/v1/stores/" + wrong.name).body()).doesNotContain("the-wrong-secret");
        assertThat(TestStore.superuser()
                        .sql("select count(*) from quarry.store s where s::text like '%the-wrong-secret%'")
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
