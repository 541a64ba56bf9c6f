package dev.quarry.container.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.container.ExitCode;
import dev.quarry.container.StopException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the job API answered: read, or told apart as final, passing, or the attempt's end. */
final class Responses {
    /** Read, or recorded, as much as an attempt may. */
    private static final Set<String> SPENT = Set.of("budget_spent", "over_budget");

    private Responses() {}

    /**
     * Returns if the call succeeded.
     *
     * @throws PassingException if another try may succeed
     * @throws RefusedException if it was refused for good
     * @throws StopException if the attempt is over, or may read or record no more
     */
    static void succeeded(HttpURLConnection connection, int status) throws IOException, RefusedException {
        if (status >= 200 && status < 300) {
            return;
        }
        RefusedException refusal = Http.refusal(connection, status);
        if (SPENT.contains(refusal.code())) {
            // No waiting helps this attempt; the next one has a budget of its own, and an item that spends those, too,
            // is given up.
            throw new StopException(
                    ExitCode.CRASHED, "The attempt may read or record no more: " + refusal.getMessage());
        }
        if (Http.isPassing(status)) {
            throw new PassingException(Http.retryAfter(connection), String.valueOf(refusal.getMessage()));
        }
        if (status == 410 && !connection.getURL().getPath().endsWith("/claim")) {
            throw new StopException(ExitCode.TOLD_TO_STOP, "The attempt is over: " + refusal.getMessage());
        }
        throw refusal;
    }

    static JsonNode json(HttpURLConnection connection, int status) throws IOException, RefusedException {
        succeeded(connection, status);
        try (InputStream in = connection.getInputStream()) {
            return Json.MAPPER.readTree(in);
        }
    }

    /** The values of an NDJSON body, one a line. */
    static List<JsonNode> lines(HttpURLConnection connection, int status) throws IOException, RefusedException {
        succeeded(connection, status);
        List<JsonNode> values = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                values.add(Json.MAPPER.readTree(line));
            }
        }
        return values;
    }
}
