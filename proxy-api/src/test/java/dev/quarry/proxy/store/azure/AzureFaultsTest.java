package dev.quarry.proxy.store.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.common.sas.SasProtocol;
import dev.quarry.proxy.store.AzureCredential;
import dev.quarry.proxy.store.AzureEmulator;
import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreContent;
import dev.quarry.proxy.store.StoreFaults;
import dev.quarry.proxy.store.StoreFaultsContract;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.quarry.proxy.store.AzureEmulator#isInstalled",
        disabledReason =
                "there is no Azurite for the emulated Azure; ./quarry setup installs it where node and npm are")
class AzureFaultsTest extends StoreFaultsContract {
    private final StoreFaults wire = new StoreFaults(AzureEmulator.shared().port());
    private final AzureTestStore store =
            new AzureTestStore("", wire.endpoint(), AzureCredential.ACCOUNT_KEY, AzureEmulator.KEY);

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
        return "<EnumerationResults><Blobs>"
                + Arrays.stream(names)
                        .map(name -> "<Blob><Name>" + name
                                + "</Name><Properties><Last-Modified>Thu, 01 Jan 2026 00:00:00 GMT</Last-Modified><Etag>0x1</Etag>"
                                + "<Content-Length>1</Content-Length></Properties></Blob>")
                        .collect(Collectors.joining())
                + "</Blobs><NextMarker /></EnumerationResults>";
    }

    @Override
    protected String half() {
        return "<EnumerationResults><Blobs>";
    }

    @Override
    protected StoreFaults.Fault archived() {
        return exchange -> exchange.respond(409, "BlobArchived");
    }

    @Override
    protected StoreFaults.Fault forbidden() {
        return exchange -> exchange.respond(403, "AuthorizationPermissionMismatch");
    }

    @Override
    protected StoreFaults.Fault nowhere() {
        return exchange -> exchange.respond(404, "ContainerNotFound");
    }

    @Override
    protected String goneCode() {
        return "PathNotFound";
    }

    @Override
    protected StoreFaults.Fault refusedForGood() {
        return exchange -> exchange.respond(409, "BlobUsesCustomerSpecifiedEncryption");
    }

    /** A head too names its error, in a header. */
    @Test
    void aRefusalOfAHeadThatNamesNothingIsNotTheFilesOwn() throws IOException {
        String version = emptyFile();
        for (int status : new int[] {403, 404}) {
            wire.always(exchange -> exchange.respond(status, "", ""));
            assertThatThrownBy(() -> reader().open(KEY, version, Optional.empty()))
                    .isInstanceOf(StoreAwayException.class);
        }
        assertThat(wire.requests()).allMatch(request -> request.startsWith("HEAD "));
    }

    @Test
    void aConditionThatFailsIsOfAFileThatIsGoneOnlyWhereThatIsNamed() throws IOException {
        String version = list().files().get(0).version();
        wire.always(exchange -> failedCondition(exchange, "x-ms-error-code: BlobNotFound\r\n"));
        assertThatThrownBy(() -> reader().open(KEY, version, Optional.empty()))
                .isInstanceOf(GoneFromStoreException.class);
        wire.always(exchange -> failedCondition(exchange, ""));
        assertThatThrownBy(() -> reader().open(KEY, version, Optional.empty()))
                .isInstanceOf(ChangedInStoreException.class);
    }

    private static void failedCondition(StoreFaults.Exchange exchange, String headOfWhatIsNotThere) throws IOException {
        if (exchange.request().startsWith("HEAD ")) {
            exchange.respond(404, headOfWhatIsNotThere, "");
        } else {
            exchange.respond(412, "ConditionNotMet");
        }
    }

    @Test
    void aWrongKeyIsSaidToBeWrongAndIsNotShown() {
        AzureTestStore wrong = new AzureTestStore(
                "", AzureEmulator.shared().endpoint(), AzureCredential.ACCOUNT_KEY, "d3Jvbmcta2V5LW9mLXNvbWVib2R5");
        assertThatThrownBy(() -> wrong.lister().list(KeyBytes.EMPTY, Optional.empty(), 10))
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining("credential")
                .hasMessageNotContaining("d3Jvbmct");
    }

    @Test
    void aSasTokenIsEnoughToListAndReadAndAnExpiredOneIsSaidToBeSo() throws IOException {
        AzureTestStore shared = withToken(OffsetDateTime.now().plusHours(1));
        Listing listing = shared.lister().list(KeyBytes.EMPTY, Optional.empty(), 10);
        assertThat(listing.files()).hasSize(1);
        try (StoreContent open =
                shared.reader().open(KEY, listing.files().get(0).version(), Optional.empty())) {
            assertThat(open.stream().readAllBytes()).isEqualTo(content);
        }
        AzureTestStore expired = withToken(OffsetDateTime.now().minusMinutes(30));
        assertThatThrownBy(() -> expired.lister().list(KeyBytes.EMPTY, Optional.empty(), 10))
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining("credential")
                .hasMessageNotContaining("sig=");
    }

    private AzureTestStore withToken(OffsetDateTime expiry) {
        String token = AzureEmulator.shared()
                .container(store.container)
                .generateSas(new BlobServiceSasSignatureValues(
                                expiry,
                                new BlobContainerSasPermission()
                                        .setReadPermission(true)
                                        .setListPermission(true))
                        .setProtocol(SasProtocol.HTTPS_HTTP));
        return new AzureTestStore(
                store.container, "", AzureEmulator.shared().endpoint(), AzureCredential.SAS_TOKEN, token);
    }
}
