package dev.quarry.dev.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quarry.activity.control.Attempt;
import dev.quarry.activity.control.ClientCredentials;
import dev.quarry.activity.control.ControlApi;
import dev.quarry.activity.control.OpenAttempt;
import dev.quarry.dev.stack.DevStack;
import dev.quarry.workflow.UnitRef;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/** Claims a store's items as agents do, a new attempt for each download, and reads them. What workflow and worker do is done here by hand. */
final class AgentDownloads {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ControlApi control;
    private final URI job;
    private final String run;
    private final List<UnitRef> units;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private AgentDownloads(ControlApi control, URI job, String run, List<UnitRef> units) {
        this.control = control;
        this.job = job;
        this.run = run;
        this.units = units;
    }

    /** Lists and packs the store in a run of its own, which is never closed. */
    static AgentDownloads of(DevStack stack, String store) throws IOException {
        String secret = Files.readString(stack.workerSecret()).strip();
        ControlApi control = new ControlApi(
                stack.controlUrl(), new ClientCredentials("quarry-worker", secret), Duration.ofSeconds(60));
        String run = control.openRun(
                        "index/" + DevStack.TENANT + "/" + store,
                        UUID.randomUUID().toString(),
                        Instant.now(),
                        true,
                        null)
                .answer()
                .run();
        long seq = 0;
        while (!control.advance(run, ++seq).listingComplete()) {
            System.err.println("bench: listing");
        }
        List<UnitRef> units = new ArrayList<>();
        List<UnitRef> page;
        long packs = 0;
        do {
            page = control.takeUnits(run, ++packs, 100).units();
            units.addAll(page);
        } while (!page.isEmpty());
        units.sort(Comparator.comparingLong(UnitRef::bytes).reversed());
        return new AgentDownloads(control, stack.jobUrl(), run, units);
    }

    /** The bytes of the largest file, which is a unit of its own. */
    InputStream largest() throws IOException, InterruptedException {
        return claimed(units.get(0)).get(0).open();
    }

    List<Download> all() throws IOException, InterruptedException {
        List<Download> all = new ArrayList<>();
        for (UnitRef unit : units) {
            all.addAll(claimed(unit));
        }
        return all;
    }

    /** The list of the largest unit's items: a call of an agent that costs next to nothing. */
    Download items() throws IOException, InterruptedException {
        Attempt attempt = java.util.Objects.requireNonNull(open(units.get(0)));
        return download(attempt, claim(attempt), "/items");
    }

    private List<Download> claimed(UnitRef unit) throws IOException, InterruptedException {
        Attempt attempt = java.util.Objects.requireNonNull(open(unit));
        JsonNode claim = claim(attempt);
        List<Download> items = new ArrayList<>();
        for (int n = 0; n < claim.get("items").asInt(); n++) {
            items.add(download(attempt, claim, "/items/" + n + "/content"));
        }
        return items;
    }

    private Download download(Attempt attempt, JsonNode claim, String call) {
        return new Download(
                job.resolve("/v1/attempts/" + attempt.attempt() + call),
                claim.get("access_token").asText());
    }

    private JsonNode claim(Attempt attempt) throws IOException, InterruptedException {
        return json(HttpRequest.newBuilder(job.resolve("/v1/attempts/claim"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(JSON.createObjectNode()
                        .put("ticket", attempt.ticket())
                        .put("nonce", UUID.randomUUID().toString())
                        .toString())));
    }

    /** Fences the attempt before, as after a lost job. */
    private @org.jspecify.annotations.Nullable Attempt open(UnitRef unit) {
        long epoch = control.readUnits(run, List.of(unit.unit())).get(0).epoch();
        return control.open(unit.unit(), new OpenAttempt(UUID.randomUUID().toString(), epoch, null, true, 1, 1))
                .attempt();
    }

    private JsonNode json(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("claim answered " + answer.statusCode() + ": " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    /** An answer's bytes, to be had over a connection that blocks, as the SDK's does: the JDK's newer client costs more than the API. */
    record Download(URI target, String token) {
        InputStream open() throws IOException {
            HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection();
            connection.setRequestProperty("Authorization", "Bearer " + token);
            if (connection.getResponseCode() != 200) {
                throw new IOException(target + " answered " + connection.getResponseCode() + ": " + told(connection));
            }
            return connection.getInputStream();
        }

        private static String told(HttpURLConnection refused) throws IOException {
            try (InputStream body = refused.getErrorStream()) {
                return body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        @Override
        public String toString() {
            return "Download[" + target + "]";
        }
    }
}
