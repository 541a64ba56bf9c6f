package dev.quarry.proxy.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.store.ArchivedException;
import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.S3Emulator;
import dev.quarry.proxy.store.S3Faults;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreContent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
@org.junit.jupiter.api.Timeout(60)
class S3FaultsTest {
    private static final KeyBytes KEY = KeyBytes.utf8("big");

    private final S3Faults wire = new S3Faults(S3Emulator.shared().port());
    private final S3TestStore store = new S3TestStore("", wire.endpoint(), S3Emulator.SECRET);
    private final byte[] content = new byte[300_000];

    {
        new Random(7).nextBytes(content);
        store.put(KEY, content);
    }

    @AfterEach
    void close() throws IOException {
        wire.close();
    }

    @Test
    void aListingIsTriedAgainWhenTheStoreAsksToSlowDownOrFails() throws IOException {
        for (int status : new int[] {503, 500}) {
            wire.first(2, exchange -> exchange.respond(status, status == 503 ? "SlowDown" : "InternalError"));
            assertThat(list().files()).hasSize(1);
        }
        assertThat(wire.requests()).hasSize(6);
    }

    @Test
    void aStoreThatKeepsFailingIsAway() {
        wire.always(exchange -> exchange.respond(503, "SlowDown"));
        assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class).hasMessageContaining("503 SlowDown");
        assertThat(wire.requests()).hasSize(3);
    }

    @Test
    void aStoreThatDoesNotAnswerOrAnswersByteByByteIsAwayWithinTheTimeOuts() {
        Instant begun = Instant.now();
        wire.always(S3Faults.Exchange::hang);
        assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class);
        wire.always(exchange -> exchange.slowly(200));
        assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class);
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aListingThatIsCutShortIsNeverTakenForAWholeOne() {
        wire.always(exchange -> exchange.cutAfter(200));
        assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class);
        wire.always(exchange ->
                exchange.respond(200, "Content-Type: application/xml\r\n", "<ListBucketResult><Name>b</Name>"));
        assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class);
        wire.always(exchange ->
                exchange.respond(200, "Content-Type: application/xml\r\n", "<ListBucketResult></ListBucketResult>"));
        assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class);
    }

    @Test
    void aListingOutOfOrderIsRefused() {
        wire.always(exchange -> exchange.respond(
                200,
                "Content-Type: application/xml\r\n",
                "<ListBucketResult><IsTruncated>false</IsTruncated>" + object("b", "STANDARD") + object("a", "STANDARD")
                        + "</ListBucketResult>"));
        assertThatThrownBy(this::list).isInstanceOf(NotReadableException.class).hasMessageContaining("order of bytes");
    }

    @Test
    void archivedClassesAreToldByTheListing() throws IOException {
        wire.always(exchange -> exchange.respond(
                200,
                "Content-Type: application/xml\r\n",
                "<ListBucketResult><IsTruncated>false</IsTruncated>" + object("a", "GLACIER")
                        + object("b", "DEEP_ARCHIVE") + object("c", "GLACIER_IR") + object("d", "STANDARD")
                        + "</ListBucketResult>"));
        assertThat(list().files().stream()
                        .filter(Entry::archived)
                        .map(entry -> entry.name().toString()))
                .containsExactly("a", "b");
    }

    private static String object(String key, String storageClass) {
        return "<Contents><Key>" + key
                + "</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>1</Size><StorageClass>"
                + storageClass + "</StorageClass></Contents>";
    }

    @Test
    void aDownloadWhoseConnectionDiesGoesOnWhereItWas() throws IOException {
        Entry entry = entry();
        wire.first(2, exchange -> exchange.cutAfter(100_000));
        assertThat(read(entry)).isEqualTo(content);
        assertThat(wire.requests()).hasSize(3);
        assertThat(wire.requests().get(1)).contains("Range: bytes=").contains("If-Match: ");
    }

    @Test
    void aDownloadThatNeverMovesOnEndsAndIsNotCutShort() throws IOException {
        Entry entry = entry();
        wire.always(exchange -> exchange.cutAfter(0));
        assertThatThrownBy(() -> read(entry)).isInstanceOf(StoreAwayException.class);
        assertThat(wire.requests()).hasSize(4);
    }

    @Test
    void anObjectThatChangesBeforeADownloadIsResumedIsChanged() throws IOException {
        Entry entry = entry();
        wire.first(1, exchange -> exchange.cutAfter(100_000));
        try (StoreContent open = store.reader().open(KEY, entry.version(), Optional.empty())) {
            open.stream().read();
            store.put(KEY, new byte[300_000]);
            assertThatThrownBy(() -> open.stream().readAllBytes()).isInstanceOf(ChangedInStoreException.class);
        }
    }

    @Test
    void aLengthThatIsNotTheListedOneIsRefused() throws IOException {
        Entry entry = entry();
        wire.always(exchange -> exchange.replacing("Content-Length: 300000", "Content-Length: 299999"));
        assertThatThrownBy(() -> read(entry))
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining("299999");
    }

    @Test
    void aStoreThatSendsByteByByteIsGivenUp() throws IOException {
        Entry entry = entry();
        wire.always(exchange -> exchange.slowly(50));
        Instant begun = Instant.now();
        assertThatThrownBy(() -> read(entry))
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining("bytes a second");
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void whoStopsReadingCutsTheConnectionInsteadOfDrainingIt() throws IOException {
        byte[] large = new byte[64 << 20];
        store.put(KEY, large);
        Entry entry = entry();
        try (StoreContent open = store.reader().open(KEY, entry.version(), Optional.empty())) {
            assertThat(open.stream().readNBytes(1_000)).hasSize(1_000);
        }
        assertThat(wire.sentBody()).isLessThan(large.length / 2);
    }

    @Test
    void whatTheStoreSaysOfAnObjectIsKeptApart() throws IOException {
        Entry entry = entry();
        wire.always(exchange -> exchange.respond(403, "InvalidObjectState"));
        assertThatThrownBy(() -> read(entry)).isInstanceOf(ArchivedException.class);
        wire.always(exchange -> exchange.respond(403, "AccessDenied"));
        assertThatThrownBy(() -> read(entry)).isInstanceOf(NotReadableException.class);
        assertThatThrownBy(this::list).isInstanceOf(NotReadableException.class);
        wire.always(exchange -> exchange.respond(404, "NoSuchBucket"));
        assertThatThrownBy(this::list)
                .isInstanceOf(NotReadableException.class)
                .hasMessageContaining("bucket is not there");
    }

    @Test
    void redirectsAreNotFollowed() {
        try (S3Faults elsewhere = new S3Faults(S3Emulator.shared().port())) {
            wire.always(exchange -> exchange.respond(
                    307, "Content-Type: application/xml\r\nLocation: " + elsewhere.endpoint() + "/\r\n", "<Error/>"));
            assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class);
            assertThat(elsewhere.requests()).isEmpty();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aWrongSecretIsSaidToBeWrongAndIsNotShown() {
        S3TestStore wrong = new S3TestStore("", S3Emulator.shared().endpoint(), "wrong-secret-of-somebody");
        assertThatThrownBy(() -> wrong.lister().list(KeyBytes.EMPTY, Optional.empty(), 10))
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining("credential")
                .hasMessageNotContaining("wrong-secret");
    }

    private Listing list() throws IOException {
        return store.lister().list(KeyBytes.EMPTY, Optional.empty(), 1_000);
    }

    private Entry entry() throws IOException {
        wire.always(S3Faults.Exchange::pass);
        Entry entry = list().files().get(0);
        wire.requests().clear();
        return entry;
    }

    private byte[] read(Entry entry) throws IOException {
        try (StoreContent open = store.reader().open(KEY, entry.version(), Optional.empty())) {
            return open.stream().readAllBytes();
        }
    }
}
