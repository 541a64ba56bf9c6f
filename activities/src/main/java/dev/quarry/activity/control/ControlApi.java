package dev.quarry.activity.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.quarry.workflow.CloseAnswer;
import dev.quarry.workflow.ConcludeAnswer;
import dev.quarry.workflow.FailReason;
import dev.quarry.workflow.JobEnd;
import dev.quarry.workflow.RunTotals;
import dev.quarry.workflow.SettleAnswer;
import dev.quarry.workflow.UnitPage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The control API as this worker calls it (api/openapi.yaml, tag control). Thread-safe. Does not retry, except once with a fresh token
 * after a 401: whoever calls is retried by Temporal, and every call is safe to repeat. Every call ends within its timeout with a
 * value or a {@link ControlApiException}.
 */
public final class ControlApi {
    private static final int MOST_ATTEMPTS_A_CALL = 1000;

    private final HttpClient http;
    private final ObjectMapper json;
    private final String base;
    private final Duration timeout;
    private final TokenSource tokens;

    /**
     * @param base the control listener, e.g. {@code http://127.0.0.1:8081}; also serves the token endpoint
     * @param timeout of one request; advance and close list for up to ten seconds
     */
    public ControlApi(URI base, ClientProof credentials, Duration timeout) {
        // A proxy-api behind plain HTTP may not know the upgrade to HTTP/2 that the client would try.
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
        json = JsonMapper.builder()
                .addModule(new JavaTimeModule())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .build();
        this.base = base.toString().replaceAll("/+$", "");
        this.timeout = timeout;
        tokens = new TokenSource(
                http, json, URI.create(this.base + "/oauth2/token"), credentials, timeout, Clock.systemUTC());
    }

    /**
     * Shows who this worker is before it has anything to ask.
     *
     * @throws ControlApiException if it is not known, or nobody answers
     */
    public void introduce() {
        try {
            AccessToken unused = tokens.token();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlApiException("interrupted", e);
        }
    }

    /** The run as openRun answers it. */
    public record Run(
            String run, String tenant, String store, long generation, dev.quarry.workflow.RunState state, int window) {}

    /**
     * The run, and jobs that an aborted one before it has left.
     *
     * @param keyList keys that the run looks at; null: the whole store
     */
    public Listed<Run> openRun(
            String workflowId,
            String firstExecutionRunId,
            Instant chainStartedAt,
            boolean dispatch,
            @Nullable String keyList) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("workflowId", workflowId);
        body.put("firstExecutionRunId", firstExecutionRunId);
        body.put("chainStartedAt", chainStartedAt);
        body.put("dispatch", dispatch);
        if (keyList != null) {
            body.put("keyList", keyList);
        }
        return listed(post("/control/v1/runs", body), Run.class);
    }

    public RunTotals readRun(String run) {
        return read(send("GET", "/control/v1/runs/" + run, null), type(RunTotals.class));
    }

    public RunTotals advance(String run, long seq) {
        return read(post("/control/v1/runs/" + run + "/advance", Map.of("seq", seq)), type(RunTotals.class));
    }

    public UnitPage takeUnits(String run, long seq, int max) {
        return read(post("/control/v1/runs/" + run + "/units", Map.of("seq", seq, "max", max)), type(UnitPage.class));
    }

    /** Where up to 200 units stand. */
    public List<UnitState> readUnits(String run, List<String> units) {
        UnitState[] states =
                read(post("/control/v1/runs/" + run + "/units/read", Map.of("units", units)), type(UnitState[].class));
        return Arrays.asList(states);
    }

    public Listed<CloseAnswer> closeRun(String run, boolean cancelled) {
        return listed(post("/control/v1/runs/" + run + "/close", Map.of("cancelled", cancelled)), CloseAnswer.class);
    }

    public OpenAnswer open(String unit, OpenAttempt request) {
        return read(post("/control/v1/units/" + unit + "/attempts", request), type(OpenAnswer.class));
    }

    /** Saves the handle of an attempt's job; false: the attempt is closed (GONE), stop the job. */
    public boolean saveHandle(String attempt, String handle) {
        try {
            send("PUT", "/control/v1/attempts/" + attempt + "/handle", Map.of("handle", handle));
            return true;
        } catch (ControlApiException e) {
            if (e.status() == 410) {
                return false;
            }
            throw e;
        }
    }

    /** Where attempts stand; unknown ones are left out. */
    public List<AttemptState> readAttempts(List<String> attempts) {
        if (attempts.size() > MOST_ATTEMPTS_A_CALL) {
            throw new IllegalArgumentException("at most 1000 attempts a call, not " + attempts.size());
        }
        return Arrays.asList(
                read(post("/control/v1/attempts/read", Map.of("attempts", attempts)), type(AttemptState[].class)));
    }

    public Listed<SettleAnswer> settle(String unit, String requestId, JobEnd end) {
        return listed(
                post("/control/v1/units/" + unit + "/settle", Map.of("requestId", requestId, "end", end)),
                SettleAnswer.class);
    }

    public Listed<ConcludeAnswer> conclude(
            String unit,
            @Nullable List<Integer> items,
            @Nullable Long after,
            FailReason outcome,
            @Nullable String detail) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("items", items);
        body.put("after", after);
        body.put("outcome", outcome);
        body.put("detail", detail);
        return listed(post("/control/v1/units/" + unit + "/conclude", body), ConcludeAnswer.class);
    }

    public Listed<ConcludeAnswer> fence(String unit, long after) {
        return listed(post("/control/v1/units/" + unit + "/fence", Map.of("after", after)), ConcludeAnswer.class);
    }

    private <T> Listed<T> listed(byte[] body, Class<T> type) {
        JsonNode node = read(body, type(JsonNode.class));
        T answer = json.convertValue(node, type);
        StopJob[] stops = json.convertValue(node.path("stopList"), StopJob[].class);
        return new Listed<>(answer, stops == null ? List.of() : Arrays.asList(stops));
    }

    private JavaType type(Class<?> raw) {
        return json.constructType(raw);
    }

    private <T> T read(byte[] body, JavaType type) {
        try {
            return json.readValue(body, type);
        } catch (IOException e) {
            // The answer itself may hold a ticket: only say where it stopped making sense.
            String where = e instanceof JsonProcessingException parse ? String.valueOf(parse.getLocation()) : "";
            throw new ControlApiException(
                    "the control API answered what is not a " + type + " " + where, 502, "bad_answer");
        }
    }

    private byte[] post(String path, Object body) {
        return send("POST", path, body);
    }

    private byte[] send(String method, String path, @Nullable Object body) {
        try {
            AccessToken token = tokens.token();
            HttpResponse<byte[]> response = exchange(method, path, body, token);
            if (response.statusCode() == 401) {
                tokens.refused(token);
                response = exchange(method, path, body, tokens.token());
            }
            if (response.statusCode() / 100 != 2) {
                throw refusal(method, path, response);
            }
            return response.body();
        } catch (IOException e) {
            throw new ControlApiException(method + " " + base + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlApiException(method + " " + base + path + " was interrupted", e);
        }
    }

    private HttpResponse<byte[]> exchange(String method, String path, @Nullable Object body, AccessToken token)
            throws IOException, InterruptedException {
        HttpRequest.BodyPublisher publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body));
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(timeout)
                .header("Authorization", "Bearer " + token.value())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, application/problem+json")
                .method(method, publisher)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private ControlApiException refusal(String method, String path, HttpResponse<byte[]> response) {
        Problem problem = problem(response);
        String code = problem.code() == null ? "http_" + response.statusCode() : problem.code();
        String detail = problem.detail() == null ? String.valueOf(problem.title()) : problem.detail();
        return new ControlApiException(
                method + " " + base + path + " answered " + response.statusCode() + " " + code + ": " + detail,
                response.statusCode(),
                code);
    }

    private Problem problem(HttpResponse<byte[]> response) {
        try {
            return json.readValue(response.body(), Problem.class);
        } catch (IOException e) {
            return new Problem("no problem detail", response.statusCode(), null, null);
        }
    }
}
