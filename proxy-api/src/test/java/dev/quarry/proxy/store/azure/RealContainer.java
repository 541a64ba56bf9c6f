package dev.quarry.proxy.store.azure;

import com.azure.core.http.okhttp.OkHttpAsyncHttpClientBuilder;
import com.azure.core.util.Configuration;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import dev.quarry.proxy.store.AzureCredential;
import dev.quarry.proxy.store.AzureSettings;
import dev.quarry.proxy.store.RealStores;
import java.net.URI;
import java.util.Optional;

/** The container that the environment names, as ACCOUNT/CONTAINER, used by the key or token that it gives, else by this machine's own identity. */
final class RealContainer {
    private static final class Shared {
        private static final BlobContainerClient CLIENT = connect();
    }

    private RealContainer() {}

    private static Optional<String> key() {
        return RealStores.setting("QUARRY_TEST_AZURE_KEY");
    }

    private static Optional<String> token() {
        return RealStores.setting("QUARRY_TEST_AZURE_SAS");
    }

    static String secret() {
        return key().or(RealContainer::token).orElse("");
    }

    static AzureSettings settings() {
        String named = RealStores.setting(RealStores.CONTAINER).orElseThrow();
        String[] parts = named.split("/", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException(
                    RealStores.CONTAINER + ": '" + named + "' is not of the form ACCOUNT/CONTAINER");
        }
        AzureCredential credential = key().isPresent()
                ? AzureCredential.ACCOUNT_KEY
                : token().isPresent() ? AzureCredential.SAS_TOKEN : AzureCredential.AMBIENT;
        return new AzureSettings(
                parts[0], parts[1], RealStores.endpointOfAzure().orElse(null), credential, null);
    }

    /** What tests do to it beside the product. */
    static BlobContainerClient client() {
        return Shared.CLIENT;
    }

    private static BlobContainerClient connect() {
        AzureSettings settings = settings();
        URI endpoint = AzureClient.endpoint(settings);
        BlobContainerClientBuilder client = new BlobContainerClientBuilder()
                .endpoint(endpoint.getPort() < 0 ? endpoint.toString() : endpoint + "/" + settings.account())
                .containerName(settings.container())
                .configuration(Configuration.NONE)
                .httpClient(new OkHttpAsyncHttpClientBuilder().build());
        AzureSignature.of(settings, secret()).on(client);
        return client.buildClient();
    }
}
