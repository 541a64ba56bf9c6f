package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.store.S3Emulator;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class S3RunsTest extends RemoteRunsContract {
    private final S3Emulator emulator = S3Emulator.shared();
    private final String bucket = emulator.newBucket();

    @Override
    int port() {
        return emulator.port();
    }

    @Override
    String wrongKey() {
        return "the-wrong-secret";
    }

    @Override
    String rightKey() {
        return S3Emulator.SECRET;
    }

    @Override
    TestStore store(URI endpoint, String key) {
        return TestStore.s3("""
                {"bucket":"%s","prefix":"data","endpoint":"%s","pathStyle":true,"accessKeyId":"%s","secretAccessKey":"%s"}""".formatted(bucket, endpoint, S3Emulator.KEY_ID, key));
    }

    @Override
    String replacement(String key) {
        return "{\"accessKeyId\":\"%s\",\"secretAccessKey\":\"%s\"}".formatted(S3Emulator.KEY_ID, key);
    }

    @Override
    void put(String key, String content) {
        emulator.put(bucket, key, content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    void remove(String key) {
        emulator.client().deleteObject(request -> request.bucket(bucket).key(key));
    }

    @Override
    String goneCode() {
        return "NoSuchBucket";
    }

    @Override
    boolean isSplit() {
        return true;
    }

    @Override
    String refusedCode() {
        return "AccessDenied";
    }

    @Override
    StoreFaults.Fault expired() {
        return exchange -> exchange.respond(400, "ExpiredToken");
    }

    @Test
    void anObjectThatWasCopiedAndRemovedIsMoved() {
        put("data/old/a.txt", "one");
        put("data/b.txt", "two");
        TestStore store = store();
        store.open().complete();
        put("data/new/a.txt", "one");
        remove("data/old/a.txt");
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "unchanged", 1, "moved", 1));
        assertThat(store.ledger()).isEqualTo(Map.of("new/a.txt", "INDEXED", "b.txt", "INDEXED"));
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
            TestStore store = store(wire.endpoint(), S3Emulator.SECRET);
            RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1));
            assertThat(store.ledger()).isEqualTo(Map.of("a.txt", "FAILED(ARCHIVED)"));
            RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1, "carried", 1));
            wire.always(StoreFaults.Exchange::pass);
            RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 2));
        }
    }
}
