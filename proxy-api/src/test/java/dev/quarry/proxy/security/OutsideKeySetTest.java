package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fetching another issuer's keys from servers that do it no good. */
class OutsideKeySetTest {
    private static final String KEYS = "{\"keys\":[]}";

    private final OutsideKeySet keySet = new OutsideKeySet(Duration.ofSeconds(2));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger elsewhere = new AtomicInteger();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/elsewhere", exchange -> {
            elsewhere.incrementAndGet();
            answer(exchange, 200, KEYS);
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void keysAreRead() throws IOException {
        assertThat(keySet.retrieveResource(serving(exchange -> answer(exchange, 200, KEYS)))
                        .getContent())
                .isEqualTo(KEYS);
    }

    @Test
    void aRedirectionIsNotFollowed() {
        assertRefused("answered 302", exchange -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            answer(exchange, 302, KEYS);
        });
        assertThat(elsewhere).hasValue(0);
    }

    @Test
    void moreThanASetOfKeysIsNotReadToItsEnd() {
        assertRefused("cannot be read", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] much = new byte[64 * 1024];
            while (true) { // until the other side hangs up
                exchange.getResponseBody().write(much);
            }
        });
    }

    /** Each byte comes in time, all of them never do. */
    @Test
    void whatComesDropByDropIsGivenUp() {
        long start = System.nanoTime();
        assertRefused("did not answer within PT2S", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (!Thread.currentThread().isInterrupted()) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        });
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    private void assertRefused(String why, HttpHandler handler) {
        assertThatThrownBy(() -> keySet.retrieveResource(serving(handler)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    private URL serving(HttpHandler handler) throws MalformedURLException {
        server.createContext("/jwks", handler);
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks")
                .toURL();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
