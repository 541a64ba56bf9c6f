package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Artifacts of which the caller has the bytes already. */
class KnownArtifactsTest {
    private final RunningApi api = RunningApi.shared();
    private final Unit unit = Unit.ofPeople(1);
    private final UUID request = UUID.randomUUID();
    private final Agent agent = new Agent(unit.open(request, 0));

    @Test
    void whatTheCallerHasIsNotOpened() throws IOException {
        String sha256 = counted();
        Answer first = ask("\"none\"");
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.response().headers().firstValue("ETag")).contains("\"" + sha256 + "\"");
        for (int i = 0; i < 100; i++) {
            Answer again = ask("\"" + sha256 + "\"");
            assertThat(again.status()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(again.response().headers().firstValue("ETag")).contains("\"" + sha256 + "\"");
        }
        assertThat(open(sha256)).isZero();
    }

    /** The digest of an artifact that counts. */
    private String counted() {
        agent.claim();
        String sha256 = agent.artifact(0, "t.jpg", UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII))
                .json()
                .get("sha256")
                .asString();
        agent.results(
                "{\"type\":\"extraction\",\"n\":0,\"extractor\":\"noop\",\"version\":\"1\",\"status\":\"OK\",\"artifacts\":[{\"name\":\"t.jpg\",\"sha256\":\""
                        + sha256 + "\"}]}",
                "{\"type\":\"done\",\"n\":0,\"outcome\":\"INDEXED\"}");
        unit.settle(request, "SUCCEEDED", 0);
        return sha256;
    }

    private Answer ask(String known) {
        UUID artifact = unit.db()
                .sql(
                        "select a.id from quarry.artifact a join quarry.extraction e on e.id = a.extraction where e.attempt = ?")
                .param(UUID.fromString(agent.attempt()))
                .query(UUID.class)
                .single();
        return api.send(api.request(Listener.ARTIFACTS, api.token(Listener.PUBLIC), "/api/v1/artifacts/" + artifact)
                .header("If-None-Match", known)
                .build());
    }

    /** How often this process has a file of that name open. */
    private static long open(String name) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> target(descriptor).endsWith(name))
                    .count();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }
}
