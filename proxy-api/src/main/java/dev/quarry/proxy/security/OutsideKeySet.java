package dev.quarry.proxy.security;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Fetches another issuer's keys: from the very address that was set, in a bounded time, and no more than such a set can have. */
final class OutsideKeySet implements ResourceRetriever {
    private static final int LARGEST = 256 * 1024;

    private final Duration patience;
    private final HttpClient http;

    OutsideKeySet(Duration patience) {
        this.patience = patience;
        this.http = HttpClient.newBuilder()
                .connectTimeout(patience)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    @Override
    public Resource retrieveResource(URL url) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url.toString()))
                .header("Accept", "application/json")
                .build();
        HttpResponse<String> answer = whole(
                http.sendAsync(
                        request,
                        head -> HttpResponse.BodySubscribers.mapping(
                                new LimitedBody(LARGEST), bytes -> new String(bytes, StandardCharsets.UTF_8))),
                url);
        if (answer.statusCode() != 200) {
            throw new IOException(
                    url + " answered " + answer.statusCode() + "; set QUARRY_OIDC_JWKS_URI to the keys themselves");
        }
        return new Resource(
                answer.body(), answer.headers().firstValue("Content-Type").orElse(null));
    }

    /** Its head and its body together. */
    private HttpResponse<String> whole(CompletableFuture<HttpResponse<String>> answer, URL url) throws IOException {
        try {
            return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            answer.cancel(true);
            throw new IOException(url + " did not answer within " + patience, late);
        } catch (ExecutionException failed) {
            throw new IOException(url + " cannot be read", failed.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopping);
        }
    }
}
