package dev.quarry.proxy.store;

import dev.quarry.proxy.RunningApi;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What the environment says of stores that are no emulators of ours, and a process of the API for them: CONTRIBUTING.md has the variables. */
public final class RealStores {
    public static final String BUCKET = "QUARRY_TEST_S3_BUCKET";
    public static final String NO_BUCKET = "no bucket of a real S3 is named; CONTRIBUTING.md says how";
    public static final String CONTAINER = "QUARRY_TEST_AZURE_CONTAINER";
    public static final String NO_CONTAINER = "no container of a real Azure is named; CONTRIBUTING.md says how";

    /** It waits as long as networks need, and the first tenant may use this machine's own identity. */
    private static final class Patient {
        private static final RunningApi API = RunningApi.shared().beside(settings());
    }

    private RealStores() {}

    public static RunningApi api() {
        return Patient.API;
    }

    public static Optional<String> setting(String name) {
        return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
    }

    public static Optional<String> endpointOfS3() {
        return setting("QUARRY_TEST_S3_ENDPOINT");
    }

    public static Optional<String> endpointOfAzure() {
        return setting("QUARRY_TEST_AZURE_ENDPOINT");
    }

    /** Nobody else's: all that a test writes lies below it. */
    public static String newPrefix() {
        return "quarry-test-" + UUID.randomUUID() + "/";
    }

    private static Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        for (String kind : List.of("quarry.s3.", "quarry.azure.")) {
            settings.put(kind + "ambient-tenants", "demo");
            settings.put(kind + "silence", "30s");
            settings.put(kind + "answer", "60s");
            settings.put(kind + "attempts", 5);
            settings.put(kind + "backoff", "500ms");
        }
        List<String> endpoints = new ArrayList<>(List.of("127.0.0.1:*"));
        endpointOfS3().map(RealStores::everyPort).ifPresent(endpoints::add);
        endpointOfAzure().map(RealStores::everyPort).ifPresent(endpoints::add);
        settings.put("quarry.store-endpoints", String.join(",", endpoints));
        return settings;
    }

    private static String everyPort(String endpoint) {
        return URI.create(endpoint).getHost() + ":*";
    }
}
