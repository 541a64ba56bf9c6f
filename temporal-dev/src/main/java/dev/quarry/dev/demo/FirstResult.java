package dev.quarry.dev.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.dev.client.PublicApi;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures when a run first shows something to a user: a word of a file's body text is found through the public search. Looks at the
 * files that this run indexed, takes a word out of the text of one, and searches for it.
 */
final class FirstResult {
    private static final Pattern WORD = Pattern.compile("\\b[\\p{L}]{6,20}\\b");
    private static final int FILES_LISTED = 100;
    private static final int FILES_A_LOOK = 10;
    private static final int HITS = 200;

    private final PublicApi api;
    private final String store;
    private final long generation;
    private final long start;
    private final Set<String> withoutText = new HashSet<>();
    private OptionalDouble seconds = OptionalDouble.empty();

    FirstResult(PublicApi api, String store, long generation, long start) {
        this.api = api;
        this.store = store;
        this.generation = generation;
        this.start = start;
    }

    /** Empty until something is found. */
    OptionalDouble seconds() {
        return seconds;
    }

    /** Looks once; does nothing any more after the first hit. */
    void look() throws IOException, InterruptedException {
        if (seconds.isPresent()) {
            return;
        }
        for (String id : candidates()) {
            Optional<String> word = longestWord(api.file(id));
            if (word.isEmpty()) {
                withoutText.add(id);
            } else if (isFound(word.get(), id)) {
                seconds = OptionalDouble.of((System.nanoTime() - start) / 1e9);
                return;
            }
        }
    }

    private List<String> candidates() throws IOException, InterruptedException {
        return api.files(store, "INDEXED", FILES_LISTED).stream()
                .filter(file -> file.path("generation").asLong() == generation)
                .map(file -> file.path("file").asText())
                .filter(id -> !withoutText.contains(id))
                .limit(FILES_A_LOOK)
                .toList();
    }

    private boolean isFound(String word, String id) throws IOException, InterruptedException {
        for (JsonNode hit : api.search(word, HITS).path("hits")) {
            if (hit.path("file").asText().equals(id)) {
                return true;
            }
        }
        return false;
    }

    /** Long words are rare enough to find their file among the first hits. */
    static Optional<String> longestWord(JsonNode file) {
        String longest = "";
        for (JsonNode extraction : file.path("extractions")) {
            Matcher words = WORD.matcher(extraction.path("text").asText(""));
            while (words.find()) {
                if (words.group().length() > longest.length()) {
                    longest = words.group();
                }
            }
        }
        return longest.isEmpty() ? Optional.empty() : Optional.of(longest.toLowerCase(Locale.ROOT));
    }
}
