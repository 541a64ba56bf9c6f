package dev.quarry.proxy.store.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.core.credential.TokenCredential;
import com.azure.core.exception.ClientAuthenticationException;
import com.azure.storage.blob.BlobContainerClient;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.store.AzureCredential;
import dev.quarry.proxy.store.AzureSettings;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreEndpoints;
import dev.quarry.proxy.tenant.TenantLookup;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The service's own identity, as the SDK says that it cannot be had. */
class AzureErrorsTest {
    private static final ClientAuthenticationException EXPIRED = new ClientAuthenticationException(
            "EnvironmentCredential authentication failed.\r\n AADSTS7000222: the client secret has expired", null);

    @Test
    void anIdentityThatCannotBeHadIsWaitedForWithTheReason() {
        assertThat(AzureErrors.map(EXPIRED, "container 'c'"))
                .isInstanceOf(StoreAwayException.class)
                .hasMessage(
                        "container 'c': the service's own identity cannot be had"
                                + " (EnvironmentCredential authentication failed. AADSTS7000222: the client secret has expired)");
    }

    @Test
    void soItIsWhenAClientAsksForIt() {
        BlobContainerClient client = client(request -> Mono.error(EXPIRED));
        RuntimeException failed = catchThrowableOfType(
                RuntimeException.class, () -> client.listBlobs().iterator().hasNext());
        assertThat(AzureErrors.map(failed, "c"))
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining("AADSTS7000222");
    }

    private static BlobContainerClient client(TokenCredential identity) {
        RunningApi api = RunningApi.shared();
        return new AzureClient(
                        new AzureSettings("photos", "files", "https://127.0.0.1:9", AzureCredential.AMBIENT, null),
                        api.bean(StoreEndpoints.class)
                                .of(api.bean(TenantLookup.class).byName("demo")),
                        api.bean(AzureConnections.class).limits(),
                        Duration.ofSeconds(10),
                        status -> {})
                .container(builder -> builder.credential(identity));
    }
}
