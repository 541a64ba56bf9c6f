package dev.quarry.proxy.store.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.storage.blob.BlobContainerClient;

/** A request of our own for the SDK's pipeline. */
final class AzureRequest {
    private AzureRequest() {}

    static HttpRequest to(BlobContainerClient client, HttpMethod method, String url) {
        return new HttpRequest(method, url)
                .setHeader(
                        HttpHeaderName.fromString("x-ms-version"),
                        client.getServiceVersion().getVersion())
                // Without one the SDK signs the word null.
                .setHeader(HttpHeaderName.CONTENT_LENGTH, "0")
                // Else OkHttp asks for gzip, and would unpack a blob that is stored so.
                .setHeader(HttpHeaderName.ACCEPT_ENCODING, "identity");
    }
}
