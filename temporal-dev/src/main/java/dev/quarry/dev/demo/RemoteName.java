package dev.quarry.dev.demo;

import dev.quarry.dev.UsageException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code scheme://first/second/.../the/rest}: what remote sources are named by, and what they take from the environment. */
final class RemoteName {
    private RemoteName() {}

    /** So many parts and the rest, which may be empty. @throws UsageException if a part is missing */
    static List<String> parts(String given, int count, String form) {
        String[] parts = given.substring(given.indexOf("://") + 3).split("/", count + 1);
        for (int i = 0; i < count; i++) {
            if (i >= parts.length || parts[i].isEmpty()) {
                throw new UsageException("'" + KeyText.of(given) + "' is not of the form " + form);
            }
        }
        String rest = parts.length > count ? parts[count] : "";
        return count == 1 ? List.of(parts[0], rest) : List.of(parts[0], parts[1], rest);
    }

    /** The first of these variables that says something. */
    static Optional<String> first(Map<String, String> environment, String... names) {
        for (String name : names) {
            String value = environment.get(name);
            if (value != null && !value.isBlank()) {
                return Optional.of(value.strip());
            }
        }
        return Optional.empty();
    }

    /** A URL that one of these variables holds. @throws UsageException if it is none */
    static Optional<String> endpoint(Map<String, String> environment, String... names) {
        Optional<String> endpoint = first(environment, names);
        endpoint.filter(url -> !isEndpoint(url)).ifPresent(url -> {
            throw new UsageException(String.join(" or ", names) + " is '" + KeyText.of(withoutLogin(url))
                    + "', which is no URL like http://HOST:PORT or https://HOST");
        });
        return endpoint;
    }

    private static boolean isEndpoint(String url) {
        try {
            URI uri = new URI(url);
            return Set.of("http", "https").contains(String.valueOf(uri.getScheme())) && uri.getHost() != null;
        } catch (URISyntaxException noUrl) {
            return false;
        }
    }

    private static String withoutLogin(String url) {
        return url.replaceFirst("^.*@", "...@");
    }

    /** Those variables alone that begin so. */
    static Map<String, String> beginning(Map<String, String> environment, String prefix) {
        Map<String, String> some = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                some.put(name, value);
            }
        });
        return some;
    }

    /** What the operator, who is the demo's user, allows: the endpoint that he names. */
    static Map<String, String> allowing(Optional<String> endpoint) {
        return endpoint.map(url -> Map.of("QUARRY_STOREENDPOINTS", hostAndPort(url)))
                .orElse(Map.of());
    }

    private static String hostAndPort(String url) {
        URI uri = URI.create(url);
        int port = uri.getPort() >= 0 ? uri.getPort() : "http".equals(uri.getScheme()) ? 80 : 443;
        return uri.getHost() + ":" + port;
    }
}
