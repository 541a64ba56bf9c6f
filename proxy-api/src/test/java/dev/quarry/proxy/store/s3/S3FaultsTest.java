package dev.quarry.proxy.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.S3Emulator;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreFaults;
import dev.quarry.proxy.store.StoreFaultsContract;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class S3FaultsTest extends StoreFaultsContract {
    private final StoreFaults wire = new StoreFaults(S3Emulator.shared().port());
    private final S3TestStore store = new S3TestStore("", wire.endpoint(), S3Emulator.SECRET);

    @Override
    protected StoreFaults wire() {
        return wire;
    }

    @Override
    protected StoreLister lister() {
        return store.lister();
    }

    @Override
    protected StoreReader reader() {
        return store.reader();
    }

    @Override
    protected void put(KeyBytes key, byte[] bytes) {
        store.put(key, bytes);
    }

    @Override
    protected String listing(String... names) {
        return whole(Arrays.stream(names).map(name -> object(name, "STANDARD")).collect(Collectors.joining()));
    }

    @Override
    protected String half() {
        return "<ListBucketResult><Name>b</Name>";
    }

    @Override
    protected StoreFaults.Fault archived() {
        return exchange -> exchange.respond(403, "InvalidObjectState");
    }

    @Override
    protected StoreFaults.Fault forbidden() {
        return exchange -> exchange.respond(403, "AccessDenied");
    }

    @Override
    protected StoreFaults.Fault nowhere() {
        return exchange -> exchange.respond(404, "NoSuchBucket");
    }

    @Override
    protected String goneCode() {
        return "NoSuchKey";
    }

    @Override
    protected StoreFaults.Fault refusedForGood() {
        return exchange -> exchange.respond(400, "InvalidRequest");
    }

    /** It has no body that could name anything. */
    @Test
    void aRefusalOfAHeadIsTheFilesOwnThoughItNamesNothing() throws IOException {
        String version = emptyFile();
        wire.always(exchange -> exchange.respond(404, "", ""));
        assertThatThrownBy(() -> reader().open(KEY, version, Optional.empty()))
                .isInstanceOf(GoneFromStoreException.class);
        wire.always(exchange -> exchange.respond(403, "", ""));
        assertThatThrownBy(() -> reader().open(KEY, version, Optional.empty()))
                .isInstanceOf(NotReadableException.class);
        assertThat(wire.requests()).allMatch(request -> request.startsWith("HEAD "));
    }

    private static String whole(String objects) {
        return "<ListBucketResult><IsTruncated>false</IsTruncated>" + objects + "</ListBucketResult>";
    }

    private static String object(String key, String storageClass) {
        return "<Contents><Key>" + key
                + "</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>1</Size><StorageClass>"
                + storageClass + "</StorageClass></Contents>";
    }

    @Test
    void aListingThatDoesNotSayWhetherItIsWholeIsNotTakenForOne() {
        wire.always(xml("<ListBucketResult></ListBucketResult>"));
        assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class);
    }

    @Test
    void aClockThatIsWrongIsWaitedForAsAKeyIs() {
        wire.always(exchange -> exchange.respond(403, "RequestTimeTooSkewed"));
        assertThatThrownBy(this::list)
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining("this machine's clock");
    }

    @Test
    void aKeyOfKmsThatIsSwitchedOffIsTheObjectsOwnAndOneThatIsAskedTooOftenIsNot() throws IOException {
        String version = list().files().get(0).version();
        wire.always(exchange -> exchange.respond(400, "KMS.DisabledException"));
        assertThatThrownBy(() -> reader().open(KEY, version, Optional.empty()))
                .isInstanceOf(NotReadableException.class)
                .hasMessageContaining("KMS.DisabledException");
        for (String passing :
                new String[] {"RequestTimeout", "ThrottlingException", "KMS.ThrottlingException", "RequestExpired"}) {
            wire.always(exchange -> exchange.respond(400, passing));
            assertThatThrownBy(() -> reader().open(KEY, version, Optional.empty()))
                    .as(passing)
                    .isInstanceOf(StoreAwayException.class);
        }
    }

    @Test
    void anObjectWithoutASizeIsTheStoresFault() {
        wire.always(xml(whole("<Contents><Key></Key><ETag>e</ETag></Contents>")));
        assertThatThrownBy(this::list).isInstanceOf(StoreAwayException.class).hasMessageContaining("size");
    }

    @Test
    void archivedClassesAreToldByTheListing() throws IOException {
        wire.always(xml(whole(object("a", "GLACIER")
                + object("b", "DEEP_ARCHIVE")
                + object("c", "GLACIER_IR")
                + object("d", "STANDARD"))));
        assertThat(list().files().stream()
                        .filter(Entry::archived)
                        .map(entry -> entry.name().toString()))
                .containsExactly("a", "b");
    }

    @Test
    void whetherAnArchivedObjectIsRestoredIsAskedWhereItMattersAndAServiceNeedNotKnow() throws IOException {
        wire.always(askedForRestored(exchange -> exchange.respond(501, "NotImplemented"), object("a", "GLACIER")));
        assertThat(list().files().get(0).archived()).isTrue();
        assertThat(wire.requests()).hasSize(2);
        String restored = object("a", "GLACIER").replace("</Contents>", """
                <RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2030-01-01T00:00:00Z</RestoreExpiryDate></RestoreStatus></Contents>""");
        wire.always(askedForRestored(xml(whole(restored)), object("a", "GLACIER")));
        assertThat(list().files().get(0).archived()).isFalse();
        wire.requests().clear();
        wire.always(askedForRestored(xml(whole(restored)), object("a", "STANDARD")));
        assertThat(list().files().get(0).archived()).isFalse();
        assertThat(wire.requests()).hasSize(1);
    }

    private static StoreFaults.Fault askedForRestored(StoreFaults.Fault then, String objects) {
        return exchange -> {
            boolean asked = exchange.request().toLowerCase(Locale.ROOT).contains("x-amz-optional-object-attributes");
            (asked ? then : xml(whole(objects))).answer(exchange);
        };
    }

    @Test
    void aWrongSecretIsSaidToBeWrongAndIsNotShown() {
        S3TestStore wrong = new S3TestStore("", S3Emulator.shared().endpoint(), "wrong-secret-of-somebody");
        assertThatThrownBy(() -> wrong.lister().list(KeyBytes.EMPTY, Optional.empty(), 10))
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining("credential")
                .hasMessageNotContaining("wrong-secret");
    }
}
