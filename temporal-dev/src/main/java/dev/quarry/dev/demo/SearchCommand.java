package dev.quarry.dev.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.dev.UsageException;
import dev.quarry.dev.client.ApiException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a running demo; one hit a line pair, exit code 1 if there is none. */
@Command(name = "search")
public final class SearchCommand implements Callable<Integer> {
    private static final int UNPROCESSABLE = 422;

    @Parameters(arity = "1..*", paramLabel = "WORDS")
    private List<String> words = List.of();

    @Option(names = "--state", paramLabel = "FOLDER")
    private @Nullable Path state;

    @Option(names = "--limit")
    private int limit = 20;

    @Override
    public Integer call() throws IOException, InterruptedException {
        refuseUnknownOptions();
        JsonNode answer = ask(String.join(" ", words));
        for (JsonNode hit : answer.path("hits")) {
            System.out.println(KeyText.of(hit.path("path").asText()));
            String excerpt = hit.path("excerpt").asText("");
            if (!excerpt.isBlank()) {
                System.out.println("    " + marked(excerpt));
            }
        }
        if (answer.path("more").asBoolean()) {
            System.out.println("(there are more; --limit shows them)");
        }
        if (answer.path("hits").isEmpty()) {
            System.err.println("quarry: nothing found");
            return 1;
        }
        return 0;
    }

    /** What begins with one dash is a word to leave out; with two it is a misspelled option. */
    private void refuseUnknownOptions() {
        for (String word : words) {
            if (word.startsWith("--")) {
                throw new UsageException(
                        "Unknown option: '" + KeyText.of(word) + "'; ./quarry search --help says more");
            }
        }
    }

    private JsonNode ask(String query) throws IOException, InterruptedException {
        try {
            return RunningDemo.find(state).client().search(query, limit);
        } catch (ApiException refused) {
            if (refused.status() == UNPROCESSABLE) {
                throw new UsageException(KeyText.of(refused.detail()));
            }
            throw refused;
        }
    }

    /** Matches lie between U+0002 and U+0003; a terminal shows them bold, a file gets plain text. */
    private static String marked(String excerpt) {
        boolean terminal = Terminal.isOutput();
        StringBuilder line = new StringBuilder();
        for (String part : excerpt.replaceAll("\\s+", " ").split("(?=[\u0002\u0003])", -1)) {
            if (part.startsWith("\u0002")) {
                line.append(terminal ? "\u001b[1m" : "").append(KeyText.of(part.substring(1)));
            } else if (part.startsWith("\u0003")) {
                line.append(terminal ? "\u001b[0m" : "").append(KeyText.of(part.substring(1)));
            } else {
                line.append(KeyText.of(part));
            }
        }
        return line.toString().strip();
    }
}
