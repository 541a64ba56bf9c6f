package dev.quarry.container.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quarry.container.AgentEnvironment;
import dev.quarry.container.ExitCode;
import dev.quarry.container.StopException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The job API (api/openapi.yaml, tag job). Every call is repeated with the same bytes until it is answered or patience ends; all are
 * safe to repeat. A 410 anywhere, and an access token that cannot be renewed, end the agent.
 */
public final class JobApi {
    private static final Logger LOG = LoggerFactory.getLogger(JobApi.class);
    private static final String NDJSON = "application/x-ndjson";
    private static final String JSON = "application/json";

    private final Http http;
    private final Duration patience;
    private final AccessToken token = new AccessToken();
    private volatile String attempt = "";

    public JobApi(AgentEnvironment environment) {
        this.http = new Http(
                environment.api(),
                environment.readTimeout(),
                environment.proofOfPossession() ? new ProofKey(Clock.systemUTC()) : null);
        this.patience = environment.patience();
    }

    /** Swaps the ticket for a token; a lost reply is fetched again with the same nonce. */
    public Claim claim(String ticket) {
        byte[] body = Json.MAPPER
                .createObjectNode()
                .put("ticket", ticket)
                .put("nonce", nonce())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        try {
            JsonNode answer = new Patience(patience, ExitCode.NOTHING_CLAIMED).repeat(() -> {
                HttpURLConnection connection = http.open("POST", "/v1/attempts/claim", null);
                return Responses.json(connection, Http.exchange(connection, JSON, body.length, out -> out.write(body)));
            });
            return accept(answer);
        } catch (RefusedException e) {
            throw new StopException(ExitCode.CLAIM_REFUSED, "The claim was refused: " + e.getMessage());
        }
    }

    private Claim accept(JsonNode answer) {
        List<String> extractors = new ArrayList<>();
        answer.path("extractors").forEach(name -> extractors.add(name.asText()));
        attempt = answer.path("attempt").asText();
        token.set(answer.path("access_token").asText());
        return new Claim(
                attempt,
                answer.path("epoch").asInt(),
                answer.path("lane").asText(),
                List.copyOf(extractors),
                Duration.ofSeconds(Math.max(1, answer.path("renew_in").asInt(60))));
    }

    public List<Item> items() throws RefusedException {
        return authorized(() -> {
            HttpURLConnection connection = http.open("GET", path("/items"), token.get());
            return Responses.lines(connection, connection.getResponseCode()).stream()
                    .map(item -> new Item(
                            item.path("n").asInt(),
                            item.path("name").asText(),
                            item.path("size").asLong()))
                    .toList();
        });
    }

    /** Where a download goes. Its own trouble (a full disk) must not be an IOException: that is taken for the connection's. */
    public interface Sink {
        /** Bytes kept so far: where the next piece begins. */
        long received();

        /** Takes the bytes of {@code in}, which begin at {@code offset}: the one asked for, or 0 if the server began anew. */
        void take(long offset, InputStream in) throws IOException;
    }

    /** Streams an item's bytes into {@code sink}, going on where a broken connection stopped. */
    public void download(int n, Sink sink) throws RefusedException {
        Patience waiting = new Patience(patience, ExitCode.API_UNREACHABLE);
        authorized(waiting, () -> {
            long before = sink.received();
            try {
                content(n, sink);
            } finally {
                if (sink.received() > before) {
                    waiting.progress();
                }
            }
            return true;
        });
    }

    private void content(int n, Sink sink) throws IOException, RefusedException {
        long from = sink.received();
        HttpURLConnection connection = http.open("GET", path("/items/" + n + "/content"), token.get());
        if (from > 0) {
            connection.setRequestProperty("Range", "bytes=" + from + "-");
        }
        int status = connection.getResponseCode();
        Responses.succeeded(connection, status);
        long offset = status == 206 ? from : 0;
        try (InputStream in = connection.getInputStream()) {
            sink.take(offset, in);
        }
        long announced = connection.getContentLengthLong();
        if (announced >= 0 && sink.received() < offset + announced) {
            throw new IOException("The connection broke after " + sink.received() + " bytes");
        }
    }

    /** Posts result lines, each ending in a newline; one answer a line, in order. */
    public List<LineAnswer> results(List<byte[]> lines) throws RefusedException {
        long length = lines.stream().mapToLong(line -> line.length).sum();
        return authorized(() -> {
            HttpURLConnection connection = http.open("POST", path("/results"), token.get());
            int status = Http.exchange(connection, NDJSON, length, out -> {
                for (byte[] line : lines) {
                    out.write(line);
                }
            });
            return answers(Responses.lines(connection, status), lines.size());
        });
    }

    private static List<LineAnswer> answers(List<JsonNode> lines, int expected) throws IOException {
        if (lines.size() != expected) {
            throw new IOException("The reply was cut: " + lines.size() + " answers to " + expected + " lines");
        }
        return lines.stream()
                .map(line -> new LineAnswer(
                        line.path("status").asInt(), line.path("detail").asText("")))
                .toList();
    }

    /** Where an artifact's bytes come from. */
    public interface Source {
        long length();

        /**
         * Writes exactly {@link #length} bytes. Its own trouble must not be an IOException: that is taken for the connection's, and the
         * call is repeated until patience ends.
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Stores an artifact's bytes; they become visible with its extraction. */
    public void artifact(int n, String extractor, String name, Source source) throws RefusedException {
        authorized(() -> {
            HttpURLConnection connection =
                    http.open("PUT", path("/items/" + n + "/artifacts/" + extractor + "/" + name), token.get());
            int status = Http.exchange(connection, "application/octet-stream", source.length(), source::writeTo);
            return Responses.json(connection, status);
        });
    }

    /** The next token, and a sign of life. Called by one thread at a time, since each answer takes the place of the token before. */
    public synchronized void renew(Usage usage) throws RefusedException {
        byte[] body = body(usage);
        JsonNode answer = new Patience(patience, ExitCode.API_UNREACHABLE).repeat(() -> renewal(body));
        token.set(answer.path("access_token").asText());
    }

    /** As {@link #renew}, but without insisting: everything is reported, and the API may be away. */
    public synchronized void renewOnce(Usage usage) {
        try {
            token.set(renewal(body(usage)).path("access_token").asText());
        } catch (IOException | RefusedException | StopException unheard) {
            LOG.debug("the last heartbeat was not heard: {}", unheard.getMessage());
        }
    }

    private JsonNode renewal(byte[] body) throws IOException, RefusedException {
        HttpURLConnection connection = http.open("POST", path("/renew"), token.get());
        return Responses.json(connection, Http.exchange(connection, JSON, body.length, out -> out.write(body)));
    }

    private static byte[] body(Usage usage) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("itemsDone", usage.itemsDone());
        body.put("peakMemoryMb", usage.peakMemoryMb());
        body.put("peakDiskMb", usage.peakDiskMb());
        body.put("cpuSeconds", usage.cpuSeconds());
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private synchronized void renewUnlessDone(String refused) {
        if (!refused.equals(token.get())) {
            return; // another thread was here first
        }
        try {
            JsonNode answer = new Patience(patience, ExitCode.API_UNREACHABLE)
                    .repeat(() -> renewal("{}".getBytes(StandardCharsets.UTF_8)));
            token.set(answer.path("access_token").asText());
        } catch (RefusedException e) {
            throw new StopException(ExitCode.TOLD_TO_STOP, "The access token is refused for good: " + e.getMessage());
        }
    }

    private <T> T authorized(Patience.Call<T> call) throws RefusedException {
        return authorized(new Patience(patience, ExitCode.API_UNREACHABLE), call);
    }

    private <T> T authorized(Patience waiting, Patience.Call<T> call) throws RefusedException {
        String used = token.get();
        try {
            return waiting.repeat(call);
        } catch (RefusedException e) {
            if (e.status() != 401) {
                throw e;
            }
        }
        renewUnlessDone(used);
        return waiting.repeat(call);
    }

    private String path(String rest) {
        return "/v1/attempts/" + attempt + rest;
    }

    private static String nonce() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
