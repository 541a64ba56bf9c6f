package dev.quarry.proxy.store.azure;

import com.azure.core.http.HttpClient;
import com.azure.core.http.okhttp.OkHttpAsyncHttpClientBuilder;
import com.azure.core.util.Configuration;
import com.azure.identity.ChainedTokenCredential;
import com.azure.identity.ChainedTokenCredentialBuilder;
import com.azure.identity.EnvironmentCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.identity.WorkloadIdentityCredentialBuilder;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.common.StorageSharedKeyCredential;
import dev.quarry.proxy.store.AzureSettings;

/** How requests to a store prove whose they are. */
interface AzureSignature {
    void on(BlobContainerClientBuilder client);

    static AzureSignature of(AzureSettings settings, String secret) {
        return switch (settings.credential()) {
            case ACCOUNT_KEY -> {
                StorageSharedKeyCredential key = new StorageSharedKeyCredential(settings.account(), secret);
                yield client -> client.credential(key);
            }
            case SAS_TOKEN -> client -> client.sasToken(secret);
            case AMBIENT -> ambient();
        };
    }

    private static AzureSignature ambient() {
        // Its metadata service has a link-local address, which the clients of stores refuse.
        HttpClient http = new OkHttpAsyncHttpClientBuilder()
                .configuration(Configuration.NONE)
                .build();
        ChainedTokenCredential identity = new ChainedTokenCredentialBuilder()
                .addLast(new EnvironmentCredentialBuilder().httpClient(http).build())
                .addLast(
                        new WorkloadIdentityCredentialBuilder().httpClient(http).build())
                .addLast(new ManagedIdentityCredentialBuilder().httpClient(http).build())
                .build();
        return client -> client.credential(identity);
    }
}
