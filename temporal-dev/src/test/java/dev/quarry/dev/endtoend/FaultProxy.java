package dev.quarry.dev.endtoend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Stands between a caller and what it calls. Normally it passes everything on; told to lose replies, it lets the request go through,
 * waits for the answer, and closes the caller's connection without it: what a broken network does at the worst moment. It can also
 * answer by itself, not answer at all, and cut long answers.
 */
final class FaultProxy implements AutoCloseable {
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade", "http2-settings", "expect");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI upstream;
    private final ScheduledExecutorService scissors = Executors.newSingleThreadScheduledExecutor();
    private volatile Trouble loss = new Trouble(Pattern.compile("(?!)"), 0, 0);
    private volatile List<Trouble> refusals = List.of();
    private volatile Trouble holding = new Trouble(Pattern.compile("(?!)"), 0, 0);
    private volatile CountDownLatch release = new CountDownLatch(0);
    private final Queue<String> held = new ConcurrentLinkedQueue<>();
    private final Queue<String> denied = new ConcurrentLinkedQueue<>();
    private volatile Pattern swallows = Pattern.compile("(?!)");
    private final AtomicInteger unreached = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Queue<String> kept = new ConcurrentLinkedQueue<>();
    private volatile Pattern keeps = Pattern.compile("(?!)");
    private volatile Duration longestAnswer = Duration.ofDays(1);

    /** Which calls it befalls, how many more of them, and the status they get; 0 is none at all. */
    private record Trouble(Pattern calls, int status, AtomicInteger left, AtomicInteger lost) {
        Trouble(Pattern calls, int status, int times) {
            this(calls, status, new AtomicInteger(times), new AtomicInteger());
        }

        boolean takes(String call) {
            return calls.matcher(call).find() && left.getAndDecrement() > 0;
        }
    }

    /** What it stands before. */
    URI upstream() {
        return upstream;
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
        loss = new Trouble(Pattern.compile(calls), 0, times);
    }

    /** Answers the next {@code times} such calls with this status, without passing them on; 0 leaves them without an answer. */
    void refuse(String calls, int status, int times) {
        refuseEach(List.of(calls), status, times);
    }

    /** As {@link #refuse}, for each of these kinds of calls. A call is of the first kind that finds it. */
    void refuseEach(List<String> kinds, int status, int times) {
        refusals = kinds.stream()
                .map(calls -> new Trouble(Pattern.compile(calls), status, times))
                .toList();
    }

    /** How many calls were refused since {@link #refuse}. */
    int refused() {
        return refusals.stream().mapToInt(refusal -> refusal.lost().get()).sum();
    }

    /** The kinds of calls that were to be refused, and were not as often as that. */
    List<String> notRefused() {
        return refusals.stream()
                .filter(refusal -> refusal.left().get() > 0)
                .map(refusal -> refusal.calls().pattern())
                .toList();
    }

    /** Lets the next {@code times} such calls go no further until {@link #letGo}. */
    void hold(String calls, int times) {
        release = new CountDownLatch(1);
        holding = new Trouble(Pattern.compile(calls), 0, times);
    }

    /** The calls held since {@link #hold}. */
    List<String> held() {
        return List.copyOf(held);
    }

    void letGo() {
        holding = new Trouble(Pattern.compile("(?!)"), 0, 0);
        release.countDown();
        held.clear();
    }

    /** Calls that were answered with a status of 400 to 499, and that status behind. */
    List<String> denied() {
        return List.copyOf(denied);
    }

    /** From now on the answers to such calls begin, and then hold nothing. */
    void swallow(String calls) {
        swallows = Pattern.compile(calls);
    }

    /** Keeps the bodies of all calls that the pattern finds. */
    void keepBodies(String calls) {
        keeps = Pattern.compile(calls);
    }

    /** The bodies kept since this was last asked. */
    List<String> takeBodies() {
        List<String> taken = new ArrayList<>();
        for (String body = kept.poll(); body != null; body = kept.poll()) {
            taken.add(body);
        }
        return taken;
    }

    /** How many of the bodies kept and not taken hold this text. */
    long keptWith(String text) {
        return kept.stream().filter(body -> body.contains(text)).count();
    }

    /** Every answer that takes longer is cut off. */
    void cutAnswersAfter(Duration longest) {
        longestAnswer = longest;
    }

    /** How many calls, ever, found nobody to pass them on to. */
    int unreached() {
        return unreached.get();
    }

    /** How many replies were lost since {@link #loseReplies}. */
    int lost() {
        return loss.lost().get();
    }

    private void pass(HttpExchange exchange) {
        Trouble current = loss;
        String call = callOf(exchange);
        Optional<Trouble> refusing =
                refusals.stream().filter(refusal -> refusal.takes(call)).findFirst();
        try {
            if (refusing.isPresent()) {
                refusing.get().lost().incrementAndGet();
                refuse(exchange, refusing.get().status());
                return;
            }
            waitIfHeld(call);
            HttpResponse<InputStream> answer = http.send(request(exchange), HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() / 100 == 4) {
                denied.add(call + " " + answer.statusCode());
            }
            try (InputStream body = answer.body()) {
                if (answer.statusCode() / 100 == 2 && current.takes(call)) {
                    body.readAllBytes();
                    current.lost().incrementAndGet();
                } else {
                    reply(exchange, answer, body);
                }
            }
        } catch (ConnectException noUpstream) {
            unreached.incrementAndGet();
        } catch (IOException upstreamOrCallerGone) {
            // the caller sees a closed connection, as it would without us
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private void waitIfHeld(String call) throws InterruptedException {
        CountDownLatch released = release;
        if (holding.takes(call)) {
            held.add(call);
            released.await();
        }
    }

    /** AWS names what it is asked in a header. */
    private static String callOf(HttpExchange exchange) {
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        return exchange.getRequestMethod() + " " + exchange.getRequestURI() + (target == null ? "" : " " + target);
    }

    private void refuse(HttpExchange exchange, int status) throws IOException, InterruptedException {
        if (status == 0) {
            closed.await();
        } else {
            exchange.sendResponseHeaders(status, -1);
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
        if (keeps.matcher(callOf(exchange)).find()) {
            kept.add(new String(body, StandardCharsets.UTF_8));
        }
        return request.method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private void reply(HttpExchange exchange, HttpResponse<InputStream> answer, InputStream body) throws IOException {
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
            ScheduledFuture<?> cut =
                    scissors.schedule(() -> close(body), longestAnswer.toMillis(), TimeUnit.MILLISECONDS);
            boolean swallowed = swallows.matcher(callOf(exchange)).find();
            try (OutputStream out = exchange.getResponseBody()) {
                copy(body, swallowed ? OutputStream.nullOutputStream() : out);
            } finally {
                cut.cancel(false);
            }
        }
    }

    /** Each piece at once: a stream of events has no end to wait for. */
    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] piece = new byte[16_384];
        for (int length = from.read(piece); length >= 0; length = from.read(piece)) {
            to.write(piece, 0, length);
            to.flush();
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        letGo();
        server.stop(0);
        scissors.shutdownNow();
        threads.shutdownNow();
    }
}
