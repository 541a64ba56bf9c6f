package dev.quarry.dev.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.client.RunTotals;
import java.io.IOException;
import java.time.Duration;
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
    private static final int FILES_LISTED_AT_THE_END = 1000;
    private static final Duration TIME_AT_THE_END = Duration.ofSeconds(3);
    private static final int FILES_A_LOOK = 10;
    private static final int HITS = 200;

    private final PublicApi api;
    private final String store;
    private final long generation;
    private final long start;
    private final Set<String> tried = new HashSet<>();
    private Optional<String> after = Optional.empty();
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

    /** Looks at a page of files; does nothing before the run has indexed one, and nothing any more after the first hit. */
    void look(RunTotals run) throws IOException, InterruptedException {
        boolean unused = hasMoreAfterLooking(run, FILES_LISTED);
    }

    /**
     * Looks at all that the run has indexed, for a few seconds at most: it is over.
     *
     * @return when something was found, if it was
     */
    OptionalDouble lookAtAll(RunTotals run) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        after = Optional.empty();
        boolean more = true;
        while (more && System.nanoTime() - begin < TIME_AT_THE_END.toNanos()) {
            more = hasMoreAfterLooking(run, FILES_LISTED_AT_THE_END);
        }
        return seconds;
    }

    /** What is indexed lies in no order of time: page by page, the next one when this has nothing more of the run, and from the first again. */
    private boolean hasMoreAfterLooking(RunTotals run, int files) throws IOException, InterruptedException {
        if (seconds.isPresent() || run.count("indexed") == 0) {
            return false;
        }
        PublicApi.FilePage page = api.files(store, "INDEXED", files, after);
        List<String> untried = untried(page);
        for (String id : untried.subList(0, Math.min(FILES_A_LOOK, untried.size()))) {
            Optional<String> word = longestWord(api.file(id));
            if (word.isPresent() && isFound(word.get(), id)) {
                seconds = OptionalDouble.of((System.nanoTime() - start) / 1e9);
                return false;
            }
            // Also with a word that too many files have: it would hide those behind it for ever.
            tried.add(id);
        }
        if (untried.size() > FILES_A_LOOK) {
            return true;
        }
        after = page.next();
        return after.isPresent();
    }

    private List<String> untried(PublicApi.FilePage page) {
        return page.files().stream()
                .filter(file -> file.path("generation").asLong() == generation)
                .map(file -> file.path("file").asText())
                .filter(id -> !tried.contains(id))
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
