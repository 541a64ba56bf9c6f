package dev.quarry.dev.demo;

import com.sun.net.httpserver.HttpServer;
import dev.quarry.dev.client.PublicApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A public API that answers each call as told, one answer after the other; the last one stays. */
final class ApiDouble implements AutoCloseable {
    /** An answer that stands for status 503. */
    static final String AWAY = "the database is away";

    final List<String> calls = new CopyOnWriteArrayList<>();

    private final Map<String, Deque<String>> answers = new ConcurrentHashMap<>();
    private final HttpServer server;
    private final Path secret;
    private final PublicApi client;

    ApiDouble() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answers("POST /oauth2/token", "{\"access_token\":\"t\"}");
        server.createContext("/", exchange -> {
            String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            calls.add(call);
            String answer = next(call);
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status(answer), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        secret = Files.createTempFile("api-double", ".secret");
        client = new PublicApi(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), secret);
    }

    private static int status(String answer) {
        if (answer.equals(AWAY)) {
            return 503;
        }
        return answer.startsWith("{") ? 200 : 404;
    }

    private String next(String call) {
        Deque<String> left = answers.getOrDefault(call, new ArrayDeque<>());
        if (left.isEmpty()) {
            return "unexpected: " + call;
        }
        return left.size() > 1 ? left.remove() : left.element();
    }

    void answers(String call, String... inTurn) {
        answers.put(call, new ArrayDeque<>(List.of(inTurn)));
    }

    PublicApi client() {
        return client;
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        Files.delete(secret);
    }
}
