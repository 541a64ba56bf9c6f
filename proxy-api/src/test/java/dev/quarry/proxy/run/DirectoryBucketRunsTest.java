package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.store.S3Server;
import dev.quarry.proxy.store.StoreFaults;
import dev.quarry.proxy.store.s3.DirectoryBuckets;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Runs over a bucket that lists in no order and wants sessions. */
class DirectoryBucketRunsTest extends RemoteRunsContract {
    private final DirectoryBuckets bucket = new DirectoryBuckets();
    private final StoreFaults server = new StoreFaults(0);

    DirectoryBucketRunsTest() {
        server.always(bucket);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Override
    int port() {
        return server.endpoint().getPort();
    }

    @Override
    boolean checksKeys() {
        return false;
    }

    @Override
    String wrongKey() {
        return "the-wrong-secret";
    }

    @Override
    String rightKey() {
        return S3Server.SECRET;
    }

    @Override
    TestStore store(URI endpoint, String key) {
        return TestStore.s3("""
                {"bucket":"%s","prefix":"data","region":"us-west-2","endpoint":"%s","accessKeyId":"%s","secretAccessKey":"%s"}""".formatted(DirectoryBuckets.BUCKET, endpoint, S3Server.KEY_ID, key));
    }

    @Override
    String replacement(String key) {
        return "{\"accessKeyId\":\"another-key\",\"secretAccessKey\":\"%s\"}".formatted(key);
    }

    @Override
    void put(String key, String content) {
        bucket.put(key, content);
    }

    @Override
    void remove(String key) {
        bucket.remove(key);
    }

    @Override
    String goneCode() {
        return "NoSuchBucket";
    }

    @Override
    String refusedCode() {
        return "AccessDenied";
    }

    @Override
    boolean isSplit() {
        return false;
    }

    @Override
    StoreFaults.Fault expired() {
        return exchange -> exchange.respond(400, "ExpiredToken");
    }

    @Test
    void afterEachRunTheLedgerHoldsWhatIsThere() {
        Random random = new Random(7);
        TestStore store = store().walkedBy(SmallPages.api());
        TreeSet<String> there = new TreeSet<>();
        for (int generation = 0; generation < 4; generation++) {
            for (int i = 0; i < 25; i++) {
                String key = "d" + random.nextInt(4) + (random.nextBoolean() ? "!" : "/") + "f" + random.nextInt(20);
                if (random.nextInt(3) == 0) {
                    remove("data/" + key);
                    there.remove(key);
                } else {
                    put("data/" + key, "content of generation " + generation);
                    there.add(key);
                }
            }
            JsonNode run = store.open().complete();
            assertThat(run.get("gaps").asBoolean()).isFalse();
            assertThat(run.get("listed").asInt()).isEqualTo(there.size());
            assertThat(store.ledger()).containsOnlyKeys(there);
        }
    }

    @Test
    void anUploadThatNobodyFinishedIsNoGap() {
        put("data/a.txt", "one");
        bucket.upload("data/up/loading/film.mov");
        TestStore store = store();
        for (Map<String, Integer> counts :
                List.of(Map.of("listed", 1, "indexed", 1), Map.of("listed", 1, "unchanged", 1))) {
            JsonNode run = store.open().complete();
            RunsTest.assertCounts(run, counts);
            assertThat(run.get("gaps").asBoolean()).isFalse();
        }
    }

    @Test
    void aReplacedKeyMakesSessionsFromThenOn() {
        put("data/a.txt", "one");
        TestStore store = store();
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "indexed", 1));
        bucket.refuse(S3Server.KEY_ID);
        RunningApi api = RunningApi.shared();
        Answer replaced = api.put(
                Listener.PUBLIC,
                api.token(Listener.PUBLIC),
                "/api/v1/stores/" + store.name + "/key",
                replacement(rightKey()));
        assertThat(replaced.status()).as(replaced.body()).isEqualTo(200);
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "unchanged", 1));
        assertThat(bucket.sessions())
                .extracting(DirectoryBuckets.Asked::keyId)
                .containsExactly(S3Server.KEY_ID, "another-key");
    }

    @Test
    void theCheckSaysThatThereAreNoVersions() {
        put("data/a.txt", "one");
        assertThat(TestStore.peoplePost("/api/v1/stores/" + store().name + "/check", "")
                        .body())
                .contains("a directory bucket keeps no versions");
    }

    @Test
    void aNameThatTellsNoZoneIsRefused() {
        for (String name : new String[] {"photos--x-s3", "my.photos--usw2-az1--x-s3"}) {
            Answer refused = TestStore.peoplePost("/api/v1/stores", """
                    {"name":"no-zone","kind":"s3","s3":{"bucket":"%s","accessKeyId":"id","secretAccessKey":"secret"}}""".formatted(name));
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.body()).contains("invalid_bucket");
        }
    }
}
