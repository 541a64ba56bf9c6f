package dev.quarry.activity.control;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A real HTTP server with scripted answers, which holds both sides to the contract. */
public final class ControlServer implements AutoCloseable {
    /** What a script answers. */
    public record Answer(int status, String body) {
        public static Answer ok(String body) {
            return new Answer(200, body);
        }

        public static Answer problem(int status, String code) {
            return new Answer(
                    status,
                    "{\"title\":\"no\",\"status\":" + status + ",\"code\":\"" + code + "\",\"detail\":\"because\"}");
        }
    }

    /** Decides the answer to a call of the control API. */
    @FunctionalInterface
    public interface Script {
        Answer answer(String method, String path, String body);
    }

    public static final String SECRET = "s3cret-of-the-worker";

    public final List<String> requests = new CopyOnWriteArrayList<>();
    public final List<String> bodies = new CopyOnWriteArrayList<>();
    public final List<String> violations = new CopyOnWriteArrayList<>();
    public final AtomicInteger tokens = new AtomicInteger();
    public volatile Script script;
    public volatile int tokenSeconds = 3600;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final OpenApiContract contract = new OpenApiContract();

    public ControlServer(Script script) throws IOException {
        this.script = script;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/oauth2/token", this::token);
        server.createContext("/", this::call);
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public ControlApi client() {
        return new ControlApi(address(), new ClientCredentials("quarry-worker", SECRET), Duration.ofSeconds(5));
    }

    private void token(HttpExchange exchange) throws IOException {
        String basic = exchange.getRequestHeaders().getFirst("Authorization");
        String wanted = new ClientCredentials("quarry-worker", SECRET).basic();
        int number = tokens.incrementAndGet();
        if (wanted.equals(basic)) {
            send(
                    exchange,
                    Answer.ok("{\"access_token\":\"token-" + number + "\",\"token_type\":\"Bearer\",\"expires_in\":"
                            + tokenSeconds + "}"));
        } else {
            send(exchange, Answer.problem(401, "unknown_client"));
        }
    }

    private void call(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(method + " " + path);
        bodies.add(body);
        violations.addAll(contract.request(method, path, body));
        Answer answer;
        if (("Bearer token-" + tokens.get()).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer = script.answer(method, path, body);
        } else {
            answer = Answer.problem(401, "bad_token");
        }
        violations.addAll(contract.answer(method, path, answer.status(), answer.body()));
        send(exchange, answer);
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
