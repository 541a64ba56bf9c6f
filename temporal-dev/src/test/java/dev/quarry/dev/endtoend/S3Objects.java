package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Puts buckets and objects on the emulator, signed as AWS's reference says (Signature Version 4): the product's own client only reads. */
final class S3Objects {
    private static final String HEADERS = "host;x-amz-content-sha256;x-amz-date";

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;

    S3Objects(StoreEmulator emulator) {
        this.endpoint = emulator.endpoint();
    }

    /** Without a content the path is a bucket. */
    void put(String path, String content) throws Exception {
        assertThat(send("PUT", path, content)).isEqualTo(200);
    }

    void delete(String path) throws Exception {
        assertThat(send("DELETE", path, "")).isEqualTo(204);
    }

    private int send(String method, String path, String content) throws Exception {
        String time = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").format(ZonedDateTime.now(ZoneOffset.UTC));
        String scope = time.substring(0, 8) + "/us-east-1/s3/aws4_request";
        String canonical = method + "\n/" + path + "\n\nhost:" + endpoint.getAuthority()
                + "\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:" + time + "\n\n" + HEADERS
                + "\nUNSIGNED-PAYLOAD";
        String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n"
                + hex(MessageDigest.getInstance("SHA-256").digest(bytes(canonical)));
        byte[] key = bytes("AWS4" + StoreEmulator.SECRET);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        HttpRequest request = HttpRequest.newBuilder(endpoint.resolve("/" + path))
                .header("x-amz-date", time)
                .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=" + StoreEmulator.ACCESS_KEY_ID + "/" + scope + ", SignedHeaders="
                                + HEADERS + ", Signature=" + hex(hmac(key, toSign)))
                .method(method, HttpRequest.BodyPublishers.ofString(content))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
