package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.store.S3Emulator;
import dev.quarry.proxy.store.S3Server;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class S3RunsTest extends S3RunsContract {
    S3RunsTest() {
        super(S3Emulator.shared());
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
        try (StoreFaults wire = new StoreFaults(server.port())) {
            wire.always(
                    exchange -> exchange.respond(
                            200,
                            "Content-Type: application/xml\r\n",
                            "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>data/a.txt</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                                    + "<ETag>&quot;e&quot;</ETag><Size>3</Size><StorageClass>DEEP_ARCHIVE</StorageClass></Contents></ListBucketResult>"));
            TestStore store = store(wire.endpoint(), S3Server.SECRET);
            RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1));
            assertThat(store.ledger()).isEqualTo(Map.of("a.txt", "FAILED(ARCHIVED)"));
            RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1, "carried", 1));
            wire.always(StoreFaults.Exchange::pass);
            RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 2));
        }
    }
}
