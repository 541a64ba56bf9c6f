package dev.quarry.proxy.attempt;

import dev.quarry.proxy.attempt.ResultLine.Malformed;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Metadata as PostgreSQL's jsonb takes it: cleaned strings and names, finite numbers, limited depth and size; and its words, for search. */
final class MetadataJson {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_STRING = 100_000;
    private static final int MAX_DIGITS = 300;
    private static final int MAX_WORDS = 100_000;

    private final JsonMapper json;
    private final StringBuilder words = new StringBuilder();

    MetadataJson(JsonMapper json) {
        this.json = json;
    }

    /** @throws Malformed if it is no object, too deep or too large */
    @Nullable
    String clean(@Nullable JsonNode metadata) throws Malformed {
        if (metadata == null || metadata.isNull()) {
            return null;
        }
        if (!metadata.isObject()) {
            throw ResultLine.wrong("metadata", metadata, "an object");
        }
        String cleaned = json.writeValueAsString(clean(metadata, 1));
        if (cleaned.length() > MAX_BYTES || cleaned.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new Malformed("'metadata' has more than " + MAX_BYTES + " bytes");
        }
        return cleaned;
    }

    /** The strings of what was cleaned, one after the other. */
    String words() {
        return words.toString();
    }

    private JsonNode clean(JsonNode value, int depth) throws Malformed {
        if (depth > MAX_DEPTH) {
            throw new Malformed("'metadata' is deeper than " + MAX_DEPTH);
        }
        if (value.isObject()) {
            ObjectNode object = json.createObjectNode();
            for (var field : value.properties()) {
                object.set(LineText.clean(field.getKey(), MAX_STRING), clean(field.getValue(), depth + 1));
            }
            return object;
        }
        if (value.isArray()) {
            ArrayNode array = json.createArrayNode();
            for (JsonNode element : value) {
                array.add(clean(element, depth + 1));
            }
            return array;
        }
        if (value.isString()) {
            String text = LineText.clean(value.asString(), MAX_STRING);
            if (words.length() + text.length() < MAX_WORDS) {
                words.append(text).append('\n');
            }
            return json.getNodeFactory().stringNode(text);
        }
        if (value.isNumber()) {
            return number(value);
        }
        return value;
    }

    /** A number that jsonb or a reader could choke on becomes a string. */
    private JsonNode number(JsonNode value) {
        BigDecimal number = value.decimalValue();
        boolean large = Math.abs((long) number.precision() - number.scale()) > MAX_DIGITS
                || Math.abs((long) number.scale()) > MAX_DIGITS;
        return large ? json.getNodeFactory().stringNode(number.toString()) : value;
    }
}
