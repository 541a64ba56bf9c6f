package dev.quarry.container.extractor;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.container.job.Json;
import java.io.IOException;

/**
 * JSON of an untrusted program. A tree takes up to thirty times the memory of its text, so the text's tokens are counted before there is a
 * tree: eight megabytes of empty arrays are nearly three million nodes.
 */
final class BoundedJson {
    private final String name;
    private final int most;
    private int left;

    /** @param most tokens of all that is read through this object together */
    BoundedJson(String name, int most) {
        this.name = name;
        this.most = most;
        this.left = most;
    }

    /**
     * @throws JsonProcessingException if it is not JSON
     * @throws BadOutputException if it has too many tokens
     */
    JsonNode tree(byte[] text) throws IOException, BadOutputException {
        count(Json.MAPPER.createParser(text));
        return Json.MAPPER.readTree(text);
    }

    /** As {@link #tree(byte[])}. */
    JsonNode tree(String text) throws IOException, BadOutputException {
        count(Json.MAPPER.createParser(text));
        return Json.MAPPER.readTree(text);
    }

    private void count(JsonParser tokens) throws IOException, BadOutputException {
        try (tokens) {
            while (tokens.nextToken() != null) {
                if (--left < 0) {
                    throw new BadOutputException(name + " has more than " + most + " names, values and brackets");
                }
            }
        }
    }
}
