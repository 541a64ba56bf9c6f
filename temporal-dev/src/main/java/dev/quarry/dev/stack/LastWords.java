package dev.quarry.dev.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Why a part ended, by its log: of lines in JSON the last error with what caused it, of any other log its end. */
final class LastWords {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TAIL = 4_000;
    private static final String CAUSE = "Caused by: ";
    /** The last cause alone is often a bare "Connection refused"; the one before it says to what. */
    private static final int CAUSES = 2;

    private LastWords() {}

    static String of(String log) {
        List<String> lines = new ArrayList<>(log.lines().toList());
        Collections.reverse(lines);
        return lines.stream()
                .flatMap(line -> error(line).stream())
                .findFirst()
                .orElseGet(() -> log.substring(Math.max(0, log.length() - TAIL)).strip());
    }

    private static Optional<String> error(String line) {
        try {
            JsonNode entry = line.startsWith("{") ? JSON.readTree(line) : JSON.nullNode();
            return "ERROR".equals(entry.path("level").asText()) ? Optional.of(words(entry)) : Optional.empty();
        } catch (JsonProcessingException noEntry) {
            return Optional.empty();
        }
    }

    private static String words(JsonNode error) {
        List<String> trace = error.path("stack_trace").asText("").lines().toList();
        List<String> causes = new ArrayList<>(trace.stream()
                .filter(line -> line.startsWith(CAUSE))
                .map(line -> line.substring(CAUSE.length()))
                .toList());
        if (causes.isEmpty()) {
            trace.stream().limit(1).forEach(causes::add);
        }
        List<String> all = new ArrayList<>(List.of(error.path("message").asText()));
        all.addAll(causes.subList(Math.max(0, causes.size() - CAUSES), causes.size()));
        return String.join("; ", all);
    }
}
