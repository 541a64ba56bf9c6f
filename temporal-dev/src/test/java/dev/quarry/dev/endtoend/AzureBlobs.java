package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Puts containers and blobs on the emulator, signed as the REST reference says ("Authorize with Shared Key"): the product's own client only reads. */
final class AzureBlobs {
    private static final String VERSION = "2025-01-05";

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;

    AzureBlobs(StoreEmulator emulator) {
        this.endpoint = emulator.endpoint();
    }

    void createContainer(String container) throws Exception {
        put(container, "?restype=container", "\nrestype:container", "", "");
    }

    void put(String container, String name, String content) throws Exception {
        put(container + "/" + name, "", "", content, "x-ms-blob-type:BlockBlob\n");
    }

    private void put(String path, String query, String canonicalQuery, String content, String type) throws Exception {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
        String resource = "/" + StoreEmulator.ACCOUNT + "/" + path;
        String length = content.isEmpty() ? "" : Integer.toString(content.length());
        String toSign = "PUT\n\n\n" + length + "\n\n\n\n\n\n\n\n\n" + type + "x-ms-date:" + date + "\nx-ms-version:"
                + VERSION + "\n/" + StoreEmulator.ACCOUNT + resource + canonicalQuery;
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.resolve(resource + query))
                .header("x-ms-date", date)
                .header("x-ms-version", VERSION)
                .header("Authorization", "SharedKey " + StoreEmulator.ACCOUNT + ":" + signature(toSign))
                .PUT(HttpRequest.BodyPublishers.ofString(content, StandardCharsets.US_ASCII));
        if (!type.isEmpty()) {
            request.header("x-ms-blob-type", "BlockBlob");
        }
        HttpResponse<String> answer = send(request.build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static String signature(String toSign) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(StoreEmulator.ACCOUNT_KEY), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(toSign.getBytes(StandardCharsets.UTF_8)));
    }
}
