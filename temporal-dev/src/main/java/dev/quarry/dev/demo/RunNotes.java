package dev.quarry.dev.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.client.RunTotals;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run has to say besides its counts.
 *
 * @param gaps how many folders, or ranges of large ones, it could not list
 * @param unlisted a line for each of the first of them
 * @param warnings all other ones
 */
record RunNotes(long gaps, List<String> unlisted, List<String> warnings) {
    private static final int GAPS_SHOWN = 20;
    private static final int WARNINGS_SHOWN = 5;
    /** So the API begins a warning of a gap. */
    private static final String OF_GAP = "not listed: ";

    static RunNotes of(RunTotals totals, PublicApi api) throws IOException, InterruptedException {
        List<String> unlisted = new ArrayList<>();
        long[] gaps = {0};
        if (totals.hasGaps()) {
            api.eachFailedScope(totals.run(), scope -> {
                if (gaps[0]++ < GAPS_SHOWN) {
                    unlisted.add(line(scope));
                }
            });
        }
        List<String> warnings = totals.warnings().stream()
                .filter(warning -> !warning.startsWith(OF_GAP))
                .toList();
        return new RunNotes(gaps[0], unlisted, warnings);
    }

    private static String line(JsonNode scope) {
        String begins = scope.path("begins").asText("");
        return "not listed /" + KeyText.of(scope.path("path").asText())
                + (begins.isEmpty() ? "" : " after " + KeyText.of(begins)) + ": "
                + KeyText.of(scope.path("reason").asText("-"));
    }

    void print(PrintStream out, String run) {
        unlisted.forEach(out::println);
        if (gaps > unlisted.size()) {
            out.println("not listed: " + (gaps - unlisted.size()) + " more; GET /api/v1/runs/" + run
                    + "/scopes?state=FAILED has them all");
        }
        warnings.stream().limit(WARNINGS_SHOWN).forEach(warning -> out.println("warning: " + KeyText.of(warning)));
        if (warnings.size() > WARNINGS_SHOWN) {
            out.println(
                    "warning: " + (warnings.size() - WARNINGS_SHOWN) + " more; GET /api/v1/runs/" + run + " has them");
        }
    }
}
