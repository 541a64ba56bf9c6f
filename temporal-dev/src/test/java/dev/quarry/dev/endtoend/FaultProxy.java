package dev.quarry.dev.endtoend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Stands between a caller and one listener of the API. Normally it passes everything on; told to lose replies, it lets the request go
 * through, waits for the answer, and closes the caller's connection without it: what a broken network does at the worst moment.
 */
final class FaultProxy implements AutoCloseable {
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade", "http2-settings", "expect");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI upstream;
    private volatile Loss loss = new Loss(Pattern.compile("(?!)"), 0);

    /** Which calls lose their replies, and how many more of them. */
    private record Loss(Pattern calls, AtomicInteger left, AtomicInteger lost) {
        Loss(Pattern calls, int times) {
            this(calls, new AtomicInteger(times), new AtomicInteger());
        }

        boolean takes(String call) {
            return calls.matcher(call).find() && left.getAndDecrement() > 0;
        }
    }

    FaultProxy(int port, URI upstream) throws IOException {
        this.upstream = upstream;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::pass);
        server.setExecutor(threads);
        server.start();
    }

    /** Loses the next {@code times} replies to calls like {@code POST /v1/attempts/claim} that the pattern finds. */
    void loseReplies(String calls, int times) {
        loss = new Loss(Pattern.compile(calls), times);
    }

    /** How many replies were lost since {@link #loseReplies}. */
    int lost() {
        return loss.lost().get();
    }

    private void pass(HttpExchange exchange) {
        Loss current = loss;
        String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        try {
            HttpResponse<InputStream> answer = http.send(request(exchange), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                if (answer.statusCode() / 100 == 2 && current.takes(call)) {
                    body.readAllBytes();
                    current.lost().incrementAndGet();
                } else {
                    reply(exchange, answer, body);
                }
            }
        } catch (IOException upstreamOrCallerGone) {
            // the caller sees a closed connection, as it would without us
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private HttpRequest request(HttpExchange exchange) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(upstream.resolve(exchange.getRequestURI()));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        byte[] body = exchange.getRequestBody().readAllBytes();
        return request.method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private static void reply(HttpExchange exchange, HttpResponse<InputStream> answer, InputStream body)
            throws IOException {
        answer.headers().map().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        boolean empty = answer.statusCode() == 204 || answer.statusCode() == 304;
        exchange.sendResponseHeaders(
                answer.statusCode(),
                empty ? -1 : answer.headers().firstValueAsLong("content-length").orElse(0));
        if (!empty) {
            try (OutputStream out = exchange.getResponseBody()) {
                body.transferTo(out);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
