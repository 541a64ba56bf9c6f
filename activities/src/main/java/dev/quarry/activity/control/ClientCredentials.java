package dev.quarry.activity.control;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** The worker's client id and secret. Does not print the secret. */
public record ClientCredentials(String id, String secret) implements ClientProof {
    public ClientCredentials {
        if (id.isBlank() || secret.isBlank()) {
            throw new IllegalArgumentException("client id and secret must not be empty");
        }
    }

    @Override
    public Optional<String> authorization() {
        return Optional.of(basic());
    }

    @Override
    public String form() {
        return "";
    }

    /** RFC 6749 section 2.3.1: both are form-encoded before they are joined. */
    String basic() {
        String pair = encoded(id) + ":" + encoded(secret);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "ClientCredentials[id=" + id + ", secret=***]";
    }
}
