package dev.quarry.dev.demo;

import dev.quarry.dev.stack.DevStack;
import dev.quarry.dev.stack.StackSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container of Azure Blob Storage, with the key or the token of the demo's user; without one with the identity that the Azure SDK finds in his
 * {@code AZURE_} variables or on this machine.
 *
 * @param credential as the public API takes it
 */
record ContainerSource(
        String account,
        String container,
        String prefix,
        Optional<String> endpoint,
        Map<String, Object> credential,
        Map<String, String> azure)
        implements DemoSource {

    static ContainerSource of(String given, Map<String, String> environment) {
        List<String> parts = RemoteName.parts(given, 2, "az://ACCOUNT/CONTAINER or az://ACCOUNT/CONTAINER/PREFIX");
        return new ContainerSource(
                parts.get(0),
                parts.get(1),
                parts.get(2),
                RemoteName.endpoint(environment, "AZURE_STORAGE_ENDPOINT"),
                credential(environment),
                RemoteName.beginning(environment, "AZURE_"));
    }

    private static Map<String, Object> credential(Map<String, String> environment) {
        Optional<Map<String, Object>> key =
                RemoteName.first(environment, "AZURE_STORAGE_KEY").map(secret -> Map.of("accountKey", secret));
        Optional<Map<String, Object>> token =
                RemoteName.first(environment, "AZURE_STORAGE_SAS_TOKEN").map(secret -> Map.of("sasToken", secret));
        return key.or(() -> token).orElse(Map.of());
    }

    @Override
    public String name() {
        return "az://" + account + "/" + container + "/" + prefix;
    }

    @Override
    public StackSettings with(StackSettings settings) {
        StackSettings allowed = settings.withApi(RemoteName.allowing(endpoint));
        return credential.isEmpty()
                ? allowed.withApi(azure).withApi(Map.of("QUARRY_AZURE_AMBIENTTENANTS", DevStack.TENANT))
                : allowed;
    }

    @Override
    public Map<String, Object> store() {
        Map<String, Object> settings = new HashMap<>(
                Map.of("account", account, "container", container, "prefix", prefix, "ambient", credential.isEmpty()));
        settings.putAll(credential);
        endpoint.ifPresent(url -> settings.put("endpoint", url));
        return Map.of("kind", "azure", "azure", settings);
    }

    @Override
    public Map<String, Object> key() {
        return credential;
    }

    /** Without the credential. */
    @Override
    public String toString() {
        return name();
    }
}
