package dev.quarry.activity.nomad;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nomad's event stream of one namespace, which tells the ids of jobs whose allocations ended, or that somebody deregistered. It loses events when its buffer is overrun, its server
 * restarts or the connection breaks, so every connection begins with a call of {@code connected}: what happened before is to be read.
 */
final class NomadEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NomadEvents.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Nomad says something every 30 seconds. */
    private static final Duration SILENCE = Duration.ofSeconds(90);

    /** A job that starts is no news worth a read. */
    private static final Set<String> ENDED = Set.of("complete", "failed", "lost", "unknown");

    private static final long SHORTEST_WAIT_MILLIS = 100;
    private static final long LONGEST_WAIT_MILLIS = 5_000;

    private final NomadConfig config;
    private final String namespace;
    private final Consumer<String> changed;
    private final Runnable connected;
    private final HttpClient http;
    private final Thread reader;
    private volatile @Nullable InputStream open;
    private volatile long lastLine;
    private volatile boolean closed;

    /** @param http may serve many */
    NomadEvents(NomadConfig config, String namespace, HttpClient http, Consumer<String> changed, Runnable connected) {
        this.config = config;
        this.namespace = namespace;
        this.changed = changed;
        this.connected = connected;
        this.http = http;
        reader = new Thread(this::follow, "nomad-events " + namespace);
        reader.setDaemon(true);
        reader.start();
    }

    private void follow() {
        long wait = SHORTEST_WAIT_MILLIS;
        while (!closed) {
            try {
                wait = read() ? SHORTEST_WAIT_MILLIS : Math.min(2 * wait, LONGEST_WAIT_MILLIS);
                Thread.sleep(wait);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** @return whether it was connected, and what happened before was read */
    private boolean read() throws InterruptedException {
        boolean reached = false;
        try {
            HttpResponse<InputStream> answer = http.send(request(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body();
                    BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
                if (answer.statusCode() != 200) {
                    LOG.warn("Nomad's event stream answers {}; trying again", answer.statusCode());
                    return false;
                }
                lastLine = System.nanoTime();
                open = body;
                connected.run();
                reached = true;
                for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
                    lastLine = System.nanoTime();
                    tell(JSON.readTree(line));
                }
            }
        } catch (IOException | RuntimeException e) {
            if (!closed) {
                LOG.info("Nomad's event stream ended ({}); connecting again", e.toString());
            }
        } finally {
            open = null;
        }
        return reached;
    }

    private HttpRequest request() {
        URI uri = config.address()
                .resolve("/v1/event/stream?topic=Allocation&topic=Job&namespace="
                        + URLEncoder.encode(namespace, StandardCharsets.UTF_8));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(config.callTimeout());
        if (config.token() != null) {
            request.header("X-Nomad-Token", config.token().secret());
        }
        return request.build();
    }

    private void tell(JsonNode batch) {
        for (JsonNode event : batch.path("Events")) {
            JsonNode allocation = event.path("Payload").path("Allocation");
            if (ENDED.contains(allocation.path("ClientStatus").asText())) {
                changed.accept(allocation.path("JobID").asText());
            } else if ("JobDeregistered".equals(event.path("Type").asText())) {
                changed.accept(event.path("Key").asText());
            }
        }
    }

    /** Connects again if nothing has come for too long. */
    void endSilence() {
        InputStream body = open;
        if (body != null && System.nanoTime() - lastLine > SILENCE.toNanos()) {
            closeQuietly(body);
        }
    }

    private static void closeQuietly(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            LOG.debug("closing the event stream: {}", e.toString());
        }
    }

    @Override
    public void close() {
        closed = true;
        InputStream body = open;
        if (body != null) {
            closeQuietly(body);
        }
        reader.interrupt();
    }
}
