package dev.quarry.activity.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Gets the worker's access token by its client credentials (RFC 6749 section 4.4) and keeps it until three quarters of its life. */
final class TokenSource {
    private final HttpClient http;
    private final ObjectMapper json;
    private final URI endpoint;
    private final ClientProof credentials;
    private final Duration timeout;
    private final Clock clock;
    private @Nullable AccessToken current;

    TokenSource(
            HttpClient http, ObjectMapper json, URI endpoint, ClientProof credentials, Duration timeout, Clock clock) {
        this.http = http;
        this.json = json;
        this.endpoint = endpoint;
        this.credentials = credentials;
        this.timeout = timeout;
        this.clock = clock;
    }

    /** The token to use now. Many callers wait for one request. */
    synchronized AccessToken token() throws InterruptedException {
        AccessToken token = current;
        if (token == null || !clock.instant().isBefore(token.refreshAt())) {
            token = fetch();
            current = token;
        }
        return token;
    }

    /** Forgets a token that the API refused, unless it has been replaced already. */
    synchronized void refused(AccessToken token) {
        if (token.equals(current)) {
            current = null;
        }
    }

    private AccessToken fetch() throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint)
                .timeout(timeout)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "grant_type=client_credentials&scope=control" + credentials.form()));
        credentials.authorization().ifPresent(proof -> request.header("Authorization", proof));
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new ControlApiException(
                        "no token for client " + credentials.id() + ": " + endpoint + " answered "
                                + response.statusCode(),
                        response.statusCode(),
                        "no_token");
            }
            Answer answer = json.readValue(response.body(), Answer.class);
            Duration use = Duration.ofSeconds(answer.seconds()).multipliedBy(3).dividedBy(4);
            return new AccessToken(answer.token(), clock.instant().plus(use));
        } catch (IOException e) {
            throw new ControlApiException("no token from " + endpoint + ": " + e, e);
        }
    }

    private record Answer(
            @JsonProperty("access_token") String token,
            @JsonProperty("expires_in") long seconds) {
        @Override
        public String toString() {
            return "Answer[***]";
        }
    }
}
