package dev.quarry.proxy.attempt;

import dev.quarry.proxy.attempt.ResultLine.Malformed;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Metadata as PostgreSQL's jsonb takes it: cleaned strings and names, finite numbers, limited depth and size; and its words, for search. Written as it is read. */
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
        ByteArrayOutputStream cleaned = new ByteArrayOutputStream();
        try (JsonGenerator out = json.createGenerator(cleaned)) {
            clean(metadata, 1, out, cleaned);
        }
        orTooLarge(cleaned);
        return cleaned.toString(StandardCharsets.UTF_8);
    }

    private static void orTooLarge(ByteArrayOutputStream cleaned) throws Malformed {
        if (cleaned.size() > MAX_BYTES) {
            throw new Malformed("'metadata' has more than " + MAX_BYTES + " bytes");
        }
    }

    /** The strings of what was cleaned, one after the other. */
    String words() {
        return words.toString();
    }

    private void clean(JsonNode value, int depth, JsonGenerator out, ByteArrayOutputStream cleaned) throws Malformed {
        if (depth > MAX_DEPTH) {
            throw new Malformed("'metadata' is deeper than " + MAX_DEPTH);
        }
        orTooLarge(cleaned);
        if (value.isObject()) {
            out.writeStartObject();
            for (var field : value.properties()) {
                out.writeName(LineText.clean(field.getKey(), MAX_STRING));
                clean(field.getValue(), depth + 1, out, cleaned);
            }
            out.writeEndObject();
        } else if (value.isArray()) {
            out.writeStartArray();
            for (JsonNode element : value) {
                clean(element, depth + 1, out, cleaned);
            }
            out.writeEndArray();
        } else {
            scalar(value, out);
        }
    }

    private void scalar(JsonNode value, JsonGenerator out) {
        if (value.isString()) {
            String text = LineText.clean(value.asString(), MAX_STRING);
            if (words.length() + text.length() < MAX_WORDS) {
                words.append(text).append('\n');
            }
            out.writeString(text);
        } else if (value.isNumber()) {
            number(value, out);
        } else if (value.isBoolean()) {
            out.writeBoolean(value.asBoolean());
        } else {
            out.writeNull();
        }
    }

    /** A number that jsonb or a reader could choke on becomes a string. */
    private static void number(JsonNode value, JsonGenerator out) {
        BigDecimal number = value.decimalValue();
        boolean large = Math.abs((long) number.precision() - number.scale()) > MAX_DIGITS
                || Math.abs((long) number.scale()) > MAX_DIGITS;
        if (large) {
            out.writeString(number.toString());
        } else {
            out.writeNumber(number);
        }
    }
}
