package dev.quarry.container.extractor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quarry.container.job.Json;
import java.util.Iterator;
import java.util.Map;

/** Keeps metadata within the API's 1 MiB and depth of 32 by leaving out the entries that are too much. */
final class MetadataCaps {
    private static final int MOST_BYTES = 1_000_000;
    private static final int MOST_DEPTH = 31;

    private MetadataCaps() {}

    static ObjectNode cut(ObjectNode metadata, Runnable onCut) {
        ObjectNode kept = Json.MAPPER.createObjectNode();
        long left = MOST_BYTES;
        for (Iterator<Map.Entry<String, JsonNode>> fields = metadata.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            long bytes = bytes(field.getKey()) + weight(field.getValue(), MOST_DEPTH);
            if (bytes > left) {
                onCut.run();
            } else {
                left -= bytes;
                kept.set(field.getKey(), field.getValue());
            }
        }
        return kept;
    }

    /** At least the bytes that it takes in JSON; more than is allowed if it is too deep. */
    private static long weight(JsonNode node, int depth) {
        if (depth == 0) {
            return MOST_BYTES + 1L;
        }
        long bytes = 4;
        if (node.isTextual()) {
            return bytes + bytes(node.textValue());
        }
        if (!node.isContainerNode()) {
            return bytes + node.asText().length();
        }
        for (JsonNode child : node) {
            bytes += weight(child, depth - 1);
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            bytes += 4 + bytes(names.next());
        }
        return bytes;
    }

    private static long bytes(String text) {
        long bytes = 4;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x20 ? 6 : c < 0x80 ? (c == '"' || c == '\\' ? 2 : 1) : 3;
        }
        return bytes;
    }
}
