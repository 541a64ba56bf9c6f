package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every store over the network must do when the network or the service fails. A variant gives the set-up, and the service's own words. */
@Timeout(60)
public abstract class StoreFaultsContract {
    protected static final KeyBytes KEY = KeyBytes.utf8("big");

    protected final byte[] content = new byte[300_000];

    /** Between the store and its emulator. */
    protected abstract StoreFaults wire();

    protected abstract StoreLister lister();

    protected abstract StoreReader reader();

    /** Not over the wire. */
    protected abstract void put(KeyBytes key, byte[] content);

    /** A service's whole listing of files of one byte with these names. */
    protected abstract String listing(String... names);

    /** A service's listing that is cut off inside. */
    protected abstract String half();

    /** What the service answers for the bytes of an archived file. */
    protected abstract StoreFaults.Fault archived();

    /** What the service answers to whom it knows and does not let. */
    protected abstract StoreFaults.Fault forbidden();

    /** What the service answers where there is no such bucket or container. */
    protected abstract StoreFaults.Fault nowhere();

    /** The code of a 404 that says that a folder is not there. */
    protected abstract String goneCode();

    /** A refusal of one file that nothing heals: under a key that we do not have. */
    protected abstract StoreFaults.Fault refusedForGood();

    @BeforeEach
    void putOne() {
        new Random(7).nextBytes(content);
        put(KEY, content);
        // What a connection asks once is asked here.
        assertThat(listOrFail().files()).hasSize(1);
        wire().requests().clear();
    }

    private Listing listOrFail() {
        try {
            return list();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        wire().close();
    }

    protected static StoreFaults.Fault xml(String body) {
        return exchange -> exchange.respond(200, "Content-Type: application/xml\r\n", body);
    }

    @Test
    void aListingIsTriedAgainWhenTheStoreAsksToSlowDownOrFails() throws IOException {
        for (int status : new int[] {503, 500}) {
            wire().first(2, exchange -> exchange.respond(status, status == 503 ? "SlowDown" : "InternalError"));
            assertThat(list().files()).hasSize(1);
        }
        assertThat(wire().requests()).hasSize(6);
    }

    @Test
    void aThrottleThatTheClientOvercameIsToldUntilTheStoreNoLongerThrottles() throws IOException {
        StoreLister lister = lister();
        Instant begun = Instant.now();
        wire().first(1, exchange -> exchange.respond(503, "SlowDown"));
        assertThat(lister.list(KeyBytes.EMPTY, Optional.empty(), 10).files()).hasSize(1);
        assertThat(lister.throttledSince(begun)).isTrue();
        Instant later = Instant.now();
        wire().first(1, exchange -> exchange.respond(500, "InternalError"));
        assertThat(lister.list(KeyBytes.EMPTY, Optional.empty(), 10).files()).hasSize(1);
        assertThat(lister.throttledSince(later)).as("a failure is no throttle").isFalse();
    }

    @Test
    void aStoreThatKeepsFailingIsAway() {
        wire().always(exchange -> exchange.respond(503, "SlowDown"));
        assertThatThrownBy(this::list).isInstanceOf(StoreBusyException.class).hasMessageContaining("503 SlowDown");
        assertThat(wire().requests()).hasSize(3);
    }

    @Test
    void aStoreThatDoesNotAnswerOrAnswersByteByByteIsAwayWithinTheTimeOuts() {
        Instant begun = Instant.now();
        wire().always(StoreFaults.Exchange::hang);
        assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class);
        wire().always(exchange -> exchange.slowly(200));
        assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class);
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aListingThatIsCutShortIsNeverTakenForAWholeOne() {
        wire().always(exchange -> exchange.cutAfter(200));
        assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class);
        wire().always(xml(half()));
        assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class);
    }

    @Test
    void aListingOutOfOrderIsRefused() {
        wire().always(xml(listing("b", "a")));
        assertThatThrownBy(this::list).isInstanceOf(NotReadableException.class).hasMessageContaining("order of bytes");
    }

    @Test
    void aListingThatGivesANameTwiceIsRefused() {
        wire().always(xml(listing("a", "a")));
        assertThatThrownBy(this::list).isInstanceOf(NotReadableException.class);
    }

    @Test
    void aDownloadWhoseConnectionDiesGoesOnWhereItWas() throws IOException {
        Entry entry = entry();
        wire().first(2, exchange -> exchange.cutAfter(100_000));
        assertThat(read(entry)).isEqualTo(content);
        assertThat(wire().requests()).hasSize(3);
        assertThat(wire().requests().get(1)).contains("Range: bytes=").contains("If-Match: ");
    }

    @Test
    void aDownloadThatNeverMovesOnEndsAndIsNotCutShort() throws IOException {
        Entry entry = entry();
        wire().always(exchange -> exchange.cutAfter(0));
        assertThatThrownBy(() -> read(entry)).isInstanceOf(StoreAwayException.class);
        assertThat(wire().requests()).hasSize(4);
    }

    @Test
    void aFileThatChangesBeforeADownloadIsResumedIsChanged() throws IOException {
        Entry entry = entry();
        wire().first(1, exchange -> exchange.cutAfter(100_000));
        try (StoreContent open = reader().open(KEY, entry.version(), Optional.empty())) {
            open.stream().read();
            put(KEY, new byte[300_000]);
            assertThatThrownBy(() -> open.stream().readAllBytes()).isInstanceOf(ChangedInStoreException.class);
        }
    }

    @Test
    void aLengthThatIsNotTheListedOneIsRefused() throws IOException {
        Entry entry = entry();
        // Servers differ in how they write the header's name.
        wire().always(exchange -> exchange.replacing(": 300000\r\n", ": 299999\r\n"));
        assertThatThrownBy(() -> read(entry))
                .isInstanceOf(NotReadableException.class)
                .hasMessageContaining("299999");
    }

    @Test
    void aStoreThatSendsByteByByteIsGivenUp() throws IOException {
        Entry entry = entry();
        wire().always(exchange -> exchange.slowly(50));
        Instant begun = Instant.now();
        assertThatThrownBy(() -> read(entry))
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining("bytes a second");
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aShortFileThatHasArrivedIsNotGivenUpForHavingBeenSlow() throws IOException {
        put(KEY, new byte[] {1, 2, 3});
        Entry entry = entry();
        wire().always(exchange -> exchange.slowly(600));
        assertThat(read(entry)).isEqualTo(new byte[] {1, 2, 3});
        assertThat(wire().requests()).hasSize(1);
    }

    @Test
    void whoStopsReadingCutsTheConnectionInsteadOfDrainingIt() throws IOException {
        byte[] large = new byte[24 << 20];
        put(KEY, large);
        Entry entry = entry();
        try (StoreContent open = reader().open(KEY, entry.version(), Optional.empty())) {
            assertThat(open.stream().readNBytes(1_000)).hasSize(1_000);
        }
        assertThat(wire().sentBody()).isLessThan(large.length / 2);
    }

    @Test
    void whatTheStoreSaysOfAFileIsKeptApart() throws IOException {
        Entry entry = entry();
        wire().always(archived());
        assertThatThrownBy(() -> read(entry)).isInstanceOf(ArchivedException.class);
        wire().always(forbidden());
        assertThatThrownBy(() -> read(entry)).isInstanceOf(NotReadableException.class);
        assertThatThrownBy(this::list).isInstanceOf(NotReadableException.class);
        wire().always(nowhere());
        assertThatThrownBy(this::list).isInstanceOf(NotReadableException.class).hasMessageContaining("is not there");
        wire().always(exchange -> exchange.respond(416, "InvalidRange"));
        assertThatThrownBy(() -> read(entry)).isInstanceOf(ChangedInStoreException.class);
    }

    /** Else its run would wait for it, and so would all that is read after it. */
    @Test
    void whatTheStoreRefusesOfOneFileForGoodIsThatFilesOwn() throws IOException {
        Entry entry = entry();
        wire().always(refusedForGood());
        assertThatThrownBy(() -> read(entry))
                .isInstanceOf(NotReadableException.class)
                .hasMessageContaining("the store answers 4");
        assertThatThrownBy(this::list).as("a listing").isInstanceOf(StoreAwayException.class);
    }

    @Test
    void aRefusalThatNamesNothingIsNotTheFilesOwn() throws IOException {
        Entry entry = entry();
        for (int status : new int[] {400, 403, 404, 408, 421}) {
            for (String body : new String[] {"", "<html><br>no backend"}) {
                wire().always(exchange -> exchange.respond(status, "Content-Type: text/html\r\n", body));
                assertThatThrownBy(() -> read(entry)).as(status + " " + body).isInstanceOf(StoreAwayException.class);
            }
        }
    }

    /** Such as of an ingress whose backend is being replaced. What was known below a folder that is taken for gone is deleted. */
    @Test
    void aNotFoundThatDoesNotSayWhatIsNotThereIsNoFolderThatIsGone() {
        wire().always(exchange -> exchange.respond(404, "", ""));
        assertThatThrownBy(this::listFolder).isInstanceOf(StoreAwayException.class);
        wire().always(exchange -> exchange.respond(404, ""));
        assertThatThrownBy(this::listFolder).isInstanceOf(StoreAwayException.class);
        wire().always(exchange -> exchange.respond(404, goneCode()));
        assertThatThrownBy(this::listFolder).isInstanceOf(GoneFromStoreException.class);
        wire().always(StoreFaults.Exchange::pass);
        assertThatThrownBy(this::listFolder).as("an empty page").isInstanceOf(GoneFromStoreException.class);
    }

    @Test
    void aPageForPeopleOfWhatStandsBeforeTheStoreIsWaitedFor() {
        for (int status : new int[] {200, 400, 404, 502, 503}) {
            wire().always(exchange -> exchange.respond(status, "Content-Type: text/html\r\n", "<html><br>no backend"));
            assertThatThrownBy(this::listFolder).as("" + status).isInstanceOf(StoreAwayException.class);
        }
    }

    private Listing listFolder() throws IOException {
        return lister().list(KeyBytes.utf8("folder"), Optional.empty(), 1_000);
    }

    /** Else a walk would go round and round. */
    @Test
    void aPageThatRepeatsTheOneBeforeItIsRefused() {
        wire().always(xml(listing("a", "b")));
        assertThatThrownBy(() -> lister().list(KeyBytes.EMPTY, Optional.of(KeyBytes.utf8("b")), 1_000))
                .isInstanceOf(NotReadableException.class)
                .hasMessageContaining("not the order of bytes");
    }

    @Test
    void redirectsAreNotFollowed() throws IOException {
        put(KEY, new byte[] {1, 2, 3});
        Entry entry = entry();
        try (StoreFaults elsewhere = new StoreFaults(0)) {
            for (int status : new int[] {301, 307}) {
                wire().always(exchange -> exchange.respond(
                        status,
                        "Content-Type: application/xml\r\nLocation: " + elsewhere.endpoint() + "/\r\n",
                        "<Error/>"));
                assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class);
                assertThatThrownBy(() -> read(entry)).isInstanceOf(StoreAwayException.class);
            }
            assertThat(elsewhere.requests()).isEmpty();
        }
    }

    /** The version of a file without bytes, of which a reader asks for no more than the head. */
    protected String emptyFile() throws IOException {
        put(KEY, new byte[0]);
        return entry().version();
    }

    protected Listing list() throws IOException {
        return lister().list(KeyBytes.EMPTY, Optional.empty(), 1_000);
    }

    private Entry entry() throws IOException {
        wire().always(StoreFaults.Exchange::pass);
        Entry entry = list().files().get(0);
        wire().requests().clear();
        return entry;
    }

    private byte[] read(Entry entry) throws IOException {
        try (StoreContent open = reader().open(KEY, entry.version(), Optional.empty())) {
            return open.stream().readAllBytes();
        }
    }
}
