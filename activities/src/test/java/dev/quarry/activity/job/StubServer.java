package dev.quarry.activity.job;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A cluster's API whose answers a test says word by word. */
public final class StubServer implements AutoCloseable {
    /** @param body null closes the connection without an answer */
    public record Answer(int status, @Nullable String body) {
        public static final Answer NONE = new Answer(0, null);
    }

    /** Decides on the answer. The request's body has been read. */
    public interface Script {
        Answer to(HttpExchange request);
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    public StubServer(Script script) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> reply(exchange, script));
        server.start();
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static void reply(HttpExchange exchange, Script script) throws IOException {
        exchange.getRequestBody().readAllBytes();
        Answer answer = script.to(exchange);
        if (answer.body() != null) {
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), bytes.length);
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
