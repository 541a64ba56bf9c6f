package dev.quarry.dev.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.client.RunTotals;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a demo says of a run that did not see all of the store, beside an API that answers as told. */
@Timeout(60)
class RunNotesTest {
    private static final String SCOPES = "/api/v1/runs/r1/scopes?state=FAILED&limit=1000";

    private final Map<String, String> answers =
            new ConcurrentHashMap<>(Map.of("/oauth2/token", "{\"access_token\":\"t\"}"));

    @TempDir
    Path folder = Path.of("set by JUnit");

    private HttpServer server = unbound();

    private static HttpServer unbound() {
        try {
            return HttpServer.create();
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void start() throws Exception {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String answer = answers.get(exchange.getRequestURI().toString());
            byte[] body = (answer == null ? "unexpected: " + exchange.getRequestURI() : answer)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer == null ? 500 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private RunNotes notes(String totals) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "s");
        URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        JsonNode json = new ObjectMapper().readTree(totals);
        return RunNotes.of(new RunTotals(json), new PublicApi(base, secret));
    }

    private static List<String> printed(RunNotes notes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        notes.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), "r1");
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static String scope(String path, String reason) {
        return "{\"path\":\"" + path + "\",\"state\":\"FAILED\",\"reason\":\"" + reason + "\"}";
    }

    @Test
    void eachFolderThatCouldNotBeListedHasItsReasonOverAllPages() throws Exception {
        answers.put(SCOPES, "{\"scopes\":[" + scope("", "the store's root is not there") + "],\"next\":7}");
        answers.put(
                SCOPES + "&after=7",
                "{\"scopes\":[" + scope("photos/\\u001b[2J", "access denied") + "],\"next\":null}");
        RunNotes notes = notes("{\"run\":\"r1\",\"gaps\":true,\"warnings\":[\"not listed: access denied\"]}");

        assertThat(notes.gaps()).isEqualTo(2);
        assertThat(printed(notes))
                .containsExactly(
                        "not listed /: the store's root is not there", "not listed /photos/\\x1b[2J: access denied");
    }

    @Test
    void ofManyTheFirstAreNamedAndTheRestCounted() throws Exception {
        List<String> scopes = new ArrayList<>();
        for (int n = 0; n < 50; n++) {
            scopes.add(scope("f" + n, "access denied"));
        }
        answers.put(SCOPES, "{\"scopes\":[" + String.join(",", scopes) + "]}");
        RunNotes notes = notes("{\"run\":\"r1\",\"gaps\":true}");

        assertThat(notes.gaps()).isEqualTo(50);
        assertThat(printed(notes)).hasSize(21).last().asString().contains("30 more", "/scopes?state=FAILED");
    }

    @Test
    void warningsAreShownAndThoseOfGapsNotTwice() throws Exception {
        RunNotes notes = notes(
                "{\"run\":\"r1\",\"gaps\":false,\"warnings\":[\"a\",\"not listed: x\",\"b\",\"c\",\"d\",\"e\",\"f\"]}");

        assertThat(notes.warnings()).hasSize(6);
        assertThat(printed(notes))
                .containsExactly(
                        "warning: a",
                        "warning: b",
                        "warning: c",
                        "warning: d",
                        "warning: e",
                        "warning: 1 more; GET /api/v1/runs/r1 has them");
    }

    @Test
    void aRunWithoutEitherSaysNothingAndAsksNothing() throws Exception {
        assertThat(printed(notes("{\"run\":\"r1\",\"gaps\":false,\"warnings\":[]}")))
                .isEmpty();
    }
}
