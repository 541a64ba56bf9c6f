package dev.quarry.dev.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** In what a store that is there differs from the one that a demo wants, in the words of the demo's user. Nothing secret is looked at. */
final class OtherSettings {
    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("/includeHidden", "--hidden");
        NAMES.put("/s3/region", "AWS_REGION");
        NAMES.put("/s3/endpoint", "AWS_ENDPOINT_URL");
        NAMES.put("/azure/endpoint", "AZURE_STORAGE_ENDPOINT");
    }

    private OtherSettings() {}

    /** Empty if it is in none of these. */
    static String words(JsonNode stored, JsonNode wanted) {
        return NAMES.entrySet().stream()
                .filter(name -> !text(stored, name.getKey()).equals(text(wanted, name.getKey())))
                .map(name ->
                        name.getValue() + " was " + text(stored, name.getKey()) + ", is " + text(wanted, name.getKey()))
                .collect(Collectors.joining("; "));
    }

    private static String text(JsonNode store, String place) {
        return KeyText.of(store.at(place).asText("not set"));
    }
}
