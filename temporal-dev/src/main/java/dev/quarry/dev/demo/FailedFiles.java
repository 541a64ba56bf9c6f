package dev.quarry.dev.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.corpus.ExpectedOutcomes;
import java.io.IOException;
import java.io.PrintStream;

/** One line per failed file; of the built-in corpus those are marked that the committed list expects to fail. */
final class FailedFiles {
    private final PublicApi api;
    private final String store;
    private final PrintStream out;

    FailedFiles(PublicApi api, String store, PrintStream out) {
        this.api = api;
        this.store = store;
        this.out = out;
    }

    void print(ExpectedOutcomes expected) throws IOException, InterruptedException {
        api.eachFile(
                store,
                "FAILED",
                file -> out.println("failed " + reason(file) + " "
                        + KeyText.ofEncoded(file.path("key").asText()) + detail(file)
                        + (expected.expectsFailure(file) ? " (expected)" : "")));
    }

    private static String reason(JsonNode file) {
        return file.path("reason").asText("-");
    }

    private static String detail(JsonNode file) {
        String detail =
                KeyText.of(file.path("detail").asText("").lines().findFirst().orElse(""));
        return detail.isEmpty() ? "" : ": " + (detail.length() > 120 ? detail.substring(0, 120) + "..." : detail);
    }
}
