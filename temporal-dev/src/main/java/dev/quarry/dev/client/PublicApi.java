package dev.quarry.dev.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The public API as the local client sees it. Takes a token when it needs one and a new one when that is refused. Does not retry:
 * while the API is away, calls fail with an {@link IOException}.
 */
public final class PublicApi {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int PAGE = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
    private final URI base;
    private final Path secretFile;
    private volatile String token = "";

    public PublicApi(URI base, Path secretFile) {
        this.base = base;
        this.secretFile = secretFile;
    }

    /** A fresh access token of the client {@code quarry-local}. */
    public String token() throws IOException, InterruptedException {
        // RFC 6749 section 2.3.1: both parts are form-encoded before base64
        String encoded = "quarry-local:" + encode(Files.readString(secretFile).strip());
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/oauth2/token"))
                .timeout(PATIENCE)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(encoded.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&scope=read%20write"))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new ApiException("POST /oauth2/token", answer.statusCode(), answer.body());
        }
        return JSON.readTree(answer.body()).path("access_token").asText();
    }

    public JsonNode createStore(String name, Path root, boolean includeHidden)
            throws IOException, InterruptedException {
        return createStore(
                Map.of("name", name, "kind", "filesystem", "root", root.toString(), "includeHidden", includeHidden));
    }

    /** @param fields of a new store, whatever its kind */
    public JsonNode createStore(Map<String, Object> fields) throws IOException, InterruptedException {
        return post("/api/v1/stores", JSON.writeValueAsString(fields));
    }

    public JsonNode store(String name) throws IOException, InterruptedException {
        return get("/api/v1/stores/" + name);
    }

    /** @param fields of the credential that takes the place of the store's */
    public JsonNode replaceKey(String store, Map<String, Object> fields) throws IOException, InterruptedException {
        return put("/api/v1/stores/" + store + "/key", fields);
    }

    /** @param fields of the settings that take the place of the store's */
    public JsonNode replaceSettings(String store, Map<String, Object> fields) throws IOException, InterruptedException {
        return put("/api/v1/stores/" + store + "/settings", fields);
    }

    private JsonNode put(String path, Map<String, Object> fields) throws IOException, InterruptedException {
        return answer(
                "PUT " + path,
                HttpRequest.newBuilder(base.resolve(path))
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(fields))));
    }

    /** Starts a run or joins the one under way, if that indexes too. */
    public JsonNode startRun(String store) throws IOException, InterruptedException {
        return startRun(store, true);
    }

    /** @param dispatch false: list and compare only */
    public JsonNode startRun(String store, boolean dispatch) throws IOException, InterruptedException {
        return post("/api/v1/stores/" + store + "/runs", "{\"dispatch\":" + dispatch + "}");
    }

    /** Starts a run that looks at these keys alone. */
    public JsonNode startRun(String store, List<String> keys) throws IOException, InterruptedException {
        return post("/api/v1/stores/" + store + "/runs", JSON.writeValueAsString(Map.of("keys", keys)));
    }

    /** The store's runs, newest first. */
    public List<RunTotals> runs(String store) throws IOException, InterruptedException {
        List<RunTotals> runs = new ArrayList<>();
        get("/api/v1/stores/" + store + "/runs").path("runs").forEach(run -> runs.add(new RunTotals(run)));
        return runs;
    }

    public RunTotals run(String run) throws IOException, InterruptedException {
        return new RunTotals(get("/api/v1/runs/" + run));
    }

    public void cancel(String run) throws IOException, InterruptedException {
        post("/api/v1/runs/" + run + "/cancel", "");
    }

    /** Whether a run that asks deletes what has vanished, or keeps it. */
    public void answerDeletion(String run, boolean delete) throws IOException, InterruptedException {
        post("/api/v1/runs/" + run + "/deletion", "{\"delete\":" + delete + "}");
    }

    /** At most {@code limit} files of one outcome in the whole store. */
    public List<JsonNode> files(String store, String outcome, int limit) throws IOException, InterruptedException {
        return files(store, outcome, limit, Optional.empty()).files();
    }

    /** @param next what {@code after} is for the page that follows; empty on the last one */
    public record FilePage(List<JsonNode> files, Optional<String> next) {}

    /** One page of the store's files of one outcome, in no order of time. */
    public FilePage files(String store, String outcome, int limit, Optional<String> after)
            throws IOException, InterruptedException {
        JsonNode page = get("/api/v1/stores/" + store + "/files?outcome=" + outcome + "&limit=" + Math.min(limit, PAGE)
                + after.map(key -> "&after=" + encode(key)).orElse(""));
        List<JsonNode> files = new ArrayList<>();
        page.path("files").forEach(files::add);
        return new FilePage(files, Optional.ofNullable(page.path("next").asText(null)));
    }

    /** Hands over every file of one outcome, page by page. */
    public void eachFile(String store, String outcome, Consumer<JsonNode> use)
            throws IOException, InterruptedException {
        Optional<String> after = Optional.empty();
        do {
            FilePage page = files(store, outcome, PAGE, after);
            page.files().forEach(use);
            after = page.next();
        } while (after.isPresent());
    }

    /** Hands over every folder, or range of one, that the run could not list. */
    public void eachFailedScope(String run, Consumer<JsonNode> use) throws IOException, InterruptedException {
        Optional<String> after = Optional.empty();
        do {
            JsonNode page = get("/api/v1/runs/" + run + "/scopes?state=FAILED&limit=" + PAGE
                    + after.map(seq -> "&after=" + seq).orElse(""));
            page.path("scopes").forEach(use);
            after = Optional.ofNullable(page.path("next").asText(null));
        } while (after.isPresent());
    }

    public JsonNode file(String id) throws IOException, InterruptedException {
        return get("/api/v1/files/" + id);
    }

    public JsonNode search(String words, int limit) throws IOException, InterruptedException {
        return get("/api/v1/search?q=" + encode(words) + "&limit=" + limit);
    }

    public byte[] artifact(String id) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send(
                HttpRequest.newBuilder(base.resolve("/api/v1/artifacts/" + id)),
                HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() == 307) { // the client would not take the token along
            URI there = URI.create(answer.headers().firstValue("Location").orElseThrow());
            answer = send(HttpRequest.newBuilder(there), HttpResponse.BodyHandlers.ofByteArray());
        }
        if (answer.statusCode() != 200) {
            throw new ApiException(
                    "GET /api/v1/artifacts/" + id,
                    answer.statusCode(),
                    new String(answer.body(), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return answer("GET " + path, HttpRequest.newBuilder(base.resolve(path)));
    }

    private JsonNode post(String path, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        if (body.isEmpty()) {
            request.POST(HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
        }
        return answer("POST " + path, request);
    }

    private JsonNode answer(String call, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new ApiException(call, answer.statusCode(), answer.body());
        }
        return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
    }

    private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        if (token.isEmpty()) {
            token = token();
        }
        HttpResponse<T> answer = authorized(request, handler);
        if (answer.statusCode() == 401) {
            token = token();
            answer = authorized(request, handler);
        }
        return answer;
    }

    private <T> HttpResponse<T> authorized(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return http.send(
                request.timeout(PATIENCE)
                        .setHeader("Authorization", "Bearer " + token)
                        .build(),
                handler);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
