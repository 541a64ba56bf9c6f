package dev.quarry.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.quarry.container.job.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The job API for one attempt, over real HTTP, with the rules of api/openapi.yaml and faults by script. */
final class JobApiDouble implements AutoCloseable {
    enum Call {
        CLAIM,
        ITEMS,
        CONTENT,
        RESULTS,
        ARTIFACT,
        RENEW
    }

    static final String TICKET = "qt_0123456789abcdefghijklmnopqrstuvwxyzABCD";
    private static final byte[] CLAIMED_TWICE = new byte[0];
    private static final String ATTEMPT = "6f2c1b1e-9a43-4c39-8f0e-3f6f2f3b9a10";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ContractSchemas contract;
    private final List<String> names = new ArrayList<>();
    private final List<byte[]> contents = new ArrayList<>();
    private final Map<Call, Deque<Fault>> faults = new EnumMap<>(Call.class);
    private final Map<Call, Fault> standing = new EnumMap<>(Call.class);
    private final Map<Call, Integer> calls = new EnumMap<>(Call.class);
    private List<String> extractors = List.of("noop");
    private int renewIn = 60;
    private @Nullable String nonce;
    private int serial = 1;
    private String valid = token(1);
    private boolean held;
    int heldBack;
    final TreeSet<Integer> started = new TreeSet<>();
    final TreeMap<Integer, JsonNode> done = new TreeMap<>();
    final Map<String, JsonNode> extractions = new LinkedHashMap<>();
    final Map<String, String> lines = new LinkedHashMap<>();
    final Map<String, byte[]> artifacts = new LinkedHashMap<>();
    final Map<String, Integer> rejected = new LinkedHashMap<>();
    final List<String> ranges = new ArrayList<>();
    final List<JsonNode> renewals = new ArrayList<>();
    final List<Integer> linesPerPost = new ArrayList<>();

    JobApiDouble() throws IOException {
        contract = new ContractSchemas();
        System.setProperty("sun.net.httpserver.nodelay", "true"); // or each answer waits 40 ms for an acknowledgement
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    JobApiDouble extractors(String... list) {
        extractors = List.of(list);
        return this;
    }

    JobApiDouble renewIn(int seconds) {
        renewIn = seconds;
        return this;
    }

    JobApiDouble file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    JobApiDouble file(String name, byte[] content) {
        names.add(name);
        contents.add(content);
        return this;
    }

    /** The next calls of this kind go wrong one after the other. */
    JobApiDouble fail(Call call, Fault... next) {
        faults.computeIfAbsent(call, any -> new ArrayDeque<>()).addAll(Arrays.asList(next));
        return this;
    }

    /** From now on all calls of this kind go wrong. */
    synchronized JobApiDouble failAlways(Call call, Fault fault) {
        standing.put(call, fault);
        return this;
    }

    /** Extraction lines of this extractor are refused with this status. */
    JobApiDouble reject(String extractor, int status) {
        rejected.put(extractor, status);
        return this;
    }

    /** While held, requests with extractions are answered 503. */
    synchronized void holdExtractions(boolean hold) {
        held = hold;
    }

    /** The token that the agent holds is not good any more; a renewed one is. */
    synchronized void expireToken() {
        valid = "";
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    synchronized int calls(Call call) {
        return calls.getOrDefault(call, 0);
    }

    String outcome(int n) {
        JsonNode line = done.get(n);
        if (line == null) {
            return "(none)";
        }
        return line.path("outcome").asText()
                + (line.hasNonNull("reason") ? "(" + line.path("reason").asText() + ")" : "");
    }

    JsonNode done(int n) {
        return done.getOrDefault(n, Json.MAPPER.missingNode());
    }

    JsonNode extraction(int n, String extractor) {
        return extractions.getOrDefault(n + "/" + extractor, Json.MAPPER.missingNode());
    }

    List<String> violations() {
        return contract.violations();
    }

    synchronized void await(Duration atMost, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError(
                        "did not come about within " + atMost + ": started " + started + " done " + done.keySet());
            }
            wait(left);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath();
        Call call = call(path);
        Fault fault = fault(call);
        if (fault != null && fault.status() != 0) {
            problem(exchange, fault.status(), fault.code());
            return;
        }
        if (call == Call.CONTENT) {
            content(exchange, Integer.parseInt(path.split("/", -1)[5]), fault);
            return;
        }
        byte[] answer;
        synchronized (this) {
            if (call != Call.CLAIM && call != Call.RENEW && !bearer(exchange).equals(valid)) {
                problem(exchange, 401, "token_refused");
                return;
            }
            if (held && new String(body, StandardCharsets.UTF_8).contains("\"type\":\"extraction\"")) {
                heldBack++;
                notifyAll();
                problem(exchange, 503, "away");
                return;
            }
            answer = answer(call, path, body, exchange);
            notifyAll();
        }
        if (answer == CLAIMED_TWICE) {
            problem(exchange, 409, "claimed_twice");
        } else if (fault != null && fault.loseReply()) {
            exchange.close(); // without an answer the server closes the connection
        } else {
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        }
    }

    private static Call call(String path) {
        if (path.contains("/artifacts/")) {
            return Call.ARTIFACT;
        }
        return Call.valueOf(path.substring(path.lastIndexOf('/') + 1).toUpperCase(java.util.Locale.ROOT));
    }

    private synchronized @Nullable Fault fault(Call call) {
        calls.merge(call, 1, Integer::sum);
        notifyAll();
        Deque<Fault> next = faults.get(call);
        Fault fault = next == null ? null : next.poll();
        return fault == null ? standing.get(call) : fault;
    }

    private byte[] answer(Call call, String path, byte[] body, HttpExchange exchange) throws IOException {
        String text = new String(body, StandardCharsets.UTF_8);
        return switch (call) {
            case CLAIM -> claim(text);
            case ITEMS -> items();
            case RESULTS -> results(text);
            case ARTIFACT -> {
                artifacts.put(path.substring(path.indexOf("/items/") + 7), body);
                yield utf8("{\"sha256\":\"\",\"bytes\":" + body.length + "}");
            }
            case RENEW -> renew(text, exchange);
            case CONTENT -> throw new IllegalStateException();
        };
    }

    private byte[] claim(String body) throws IOException {
        contract.check("Claim", body);
        String claimed = Json.MAPPER.readTree(body).path("nonce").asText();
        if (nonce != null && !nonce.equals(claimed)) {
            return CLAIMED_TWICE;
        }
        nonce = claimed;
        ObjectNode answer = tokenAnswer();
        answer.put("renew_in", renewIn).put("attempt", ATTEMPT).put("epoch", 1).put("lane", "documents");
        answer.put("items", names.size()).put("bytes", 0);
        extractors.forEach(answer.putArray("extractors")::add);
        contract.check("ClaimAnswer", answer.toString());
        return utf8(answer.toString());
    }

    private ObjectNode tokenAnswer() {
        return Json.MAPPER
                .createObjectNode()
                .put("access_token", valid)
                .put("token_type", "Bearer")
                .put("expires_in", 600);
    }

    private byte[] renew(String body, HttpExchange exchange) throws IOException {
        contract.check("Renew", body);
        renewals.add(Json.MAPPER.readTree(body));
        // design.md section 8: the row's serial advances, the one before mints the row's serial again.
        if (bearer(exchange).equals(token(serial))) {
            serial++;
        }
        valid = token(serial);
        return utf8(tokenAnswer().toString());
    }

    private static String token(int serial) {
        return "eyJ-secret-access-token-" + serial;
    }

    private static String bearer(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header == null ? "" : header.replaceFirst("Bearer ", "");
    }

    private byte[] items() {
        StringBuilder items = new StringBuilder();
        for (int n = 0; n < names.size(); n++) {
            ObjectNode item = Json.MAPPER.createObjectNode();
            item.put("n", n).put("name", names.get(n)).put("size", contents.get(n).length);
            items.append(item).append('\n');
        }
        return utf8(items.toString());
    }

    private byte[] results(String body) throws IOException {
        StringBuilder answers = new StringBuilder();
        List<String> posted = body.lines().toList();
        linesPerPost.add(posted.size());
        int number = 0;
        for (String line : posted) {
            contract.check("ResultLine", line);
            answers.append("{\"line\":")
                    .append(++number)
                    .append(",\"status\":")
                    .append(record(line))
                    .append("}\n");
        }
        return utf8(answers.toString());
    }

    private int record(String line) throws IOException {
        JsonNode result = Json.MAPPER.readTree(line);
        int n = result.path("n").asInt();
        String type = result.path("type").asText();
        String extractor = result.path("extractor").asText();
        if (type.equals("extraction") && rejected.containsKey(extractor)) {
            return rejected.get(extractor);
        }
        String earlier = lines.putIfAbsent(type + "/" + n + "/" + extractor, line);
        if (earlier != null) {
            return earlier.equals(line) ? 200 : 409;
        }
        switch (type) {
            case "started" -> started.add(n);
            case "done" -> done.put(n, result);
            default -> extractions.put(n + "/" + extractor, result);
        }
        return 200;
    }

    private void content(HttpExchange exchange, int n, @Nullable Fault fault) throws IOException {
        byte[] all = contents.get(n);
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = 0;
        synchronized (this) {
            if (range != null) {
                ranges.add(range);
                from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
            }
        }
        exchange.sendResponseHeaders(range == null ? 200 : 206, all.length == from ? -1 : all.length - from);
        int length = fault == null || fault.cutAfter() < 0 ? all.length - from : fault.cutAfter();
        exchange.getResponseBody().write(all, from, length);
        exchange.close(); // breaks the connection if that was not all
    }

    private static void problem(HttpExchange exchange, int status, String code) throws IOException {
        byte[] body = utf8("{\"title\":\"scripted\",\"status\":" + status + ",\"code\":\"" + code + "\"}");
        exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
