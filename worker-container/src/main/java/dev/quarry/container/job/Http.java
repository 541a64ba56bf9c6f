package dev.quarry.container.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP exchange. HttpURLConnection rather than java.net.http: it starts in a tenth of the time, which a job of one small file
 * feels, and a read time-out covers bodies too.
 */
final class Http {
    /** Writes a request's body; may be called once for each try, always with the same bytes. */
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    private static final int ERROR_BODY = 16 * 1024;

    private final URI base;
    private final Duration readTimeout;

    private final @Nullable ProofKey key;

    /** @param key that tokens are bound to, if any */
    Http(URI base, Duration readTimeout, @Nullable ProofKey key) {
        this.base = base;
        this.key = key;
        this.readTimeout = readTimeout;
        // All retries are the caller's, who knows that his bytes are the same.
        System.setProperty("sun.net.http.retryPost", "false");
    }

    HttpURLConnection open(String method, String path, @Nullable String token) throws IOException {
        URI target = URI.create(base + path);
        HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection(Proxy.NO_PROXY);
        connection.setRequestMethod(method);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept", "*/*"); // the default is a browser's
        connection.setConnectTimeout((int) Math.min(10_000, readTimeout.toMillis()));
        connection.setReadTimeout((int) readTimeout.toMillis());
        if (token != null) {
            connection.setRequestProperty("Authorization", (key == null ? "Bearer " : "DPoP ") + token);
        }
        if (key != null) {
            connection.setRequestProperty("DPoP", key.proof(method, target, token));
        }
        return connection;
    }

    /** Sends the body and returns the status; the answer's body is then read from the connection. */
    static int exchange(HttpURLConnection connection, String contentType, long length, Body body) throws IOException {
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", contentType);
        connection.setFixedLengthStreamingMode(length);
        try {
            try (OutputStream out = connection.getOutputStream()) {
                body.writeTo(out);
            }
            return connection.getResponseCode();
        } catch (HttpRetryException e) {
            return e.responseCode(); // a 401 to a streamed body
        }
    }

    /** What an error says, as far as it can be read; the connection is usable again afterwards. */
    static RefusedException refusal(HttpURLConnection connection, int status) {
        String code = "";
        String detail = "";
        try (InputStream in = connection.getErrorStream()) {
            if (in != null) {
                JsonNode problem = Json.MAPPER.readTree(in.readNBytes(ERROR_BODY));
                code = problem.path("code").asText("");
                detail = problem.path("detail").asText(problem.path("title").asText(""));
            }
        } catch (IOException notAProblem) {
            detail = "(no problem details)";
        }
        String path = connection.getURL().getPath();
        return new RefusedException(
                status, code, connection.getRequestMethod() + " " + path + ": " + status + " " + code + " " + detail);
    }

    static Duration retryAfter(HttpURLConnection connection) {
        return Duration.ofSeconds(Math.max(0, connection.getHeaderFieldInt("Retry-After", 0)));
    }

    static boolean isPassing(int status) {
        return status == 429 || status >= 500;
    }
}
