package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.artifact.ArtifactCollection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whose bytes the rows of the ledger keep, and how they go. */
class ArtifactCollectionTest {
    private final RunningApi api = RunningApi.shared();
    private final ArtifactCollection collection = api.bean(ArtifactCollection.class);
    private final Unit unit = Unit.of(2);
    private final UUID request = UUID.randomUUID();
    private final Agent agent = new Agent(unit.open(request, 0));

    @Test
    void bytesOfWhatCountsStayAndBytesOfWhatWasDiscardedGo() {
        agent.claim();
        String kept = put(0, "t.jpg", new byte[] {1, 2, 3});
        agent.results(
                "{\"type\":\"extraction\",\"n\":0,\"extractor\":\"noop\",\"version\":\"1\",\"status\":\"OK\",\"artifacts\":[{\"name\":\"t.jpg\",\"sha256\":\""
                        + kept + "\"}]}",
                "{\"type\":\"done\",\"n\":0,\"outcome\":\"INDEXED\"}");
        String orphan = put(1, "orphan.jpg", new byte[] {4});
        age();
        collection.sweep();
        assertThat(artifacts()).as("of an open attempt").containsExactlyInAnyOrder(kept, orphan);

        unit.settle(request, "FAILED", 23);
        collection.sweep();
        assertThat(artifacts()).containsExactly(kept);
    }

    @Test
    void bytesOfADiscardedAttemptAreKeptForTheirGrace() {
        agent.claim();
        String orphan = put(0, "t.jpg", new byte[] {1, 2, 3});
        unit.settle(request, "LOST", null);
        collection.sweep();
        assertThat(artifacts()).containsExactly(orphan);
        age();
        collection.sweep();
        assertThat(artifacts()).isEmpty();
    }

    private String put(int n, String name, byte[] bytes) {
        return agent.artifact(n, name, bytes).json().get("sha256").asString();
    }

    private void age() {
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
        files().forEach(file -> {
            try {
                Files.setLastModifiedTime(file, old);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private List<String> artifacts() {
        return files().stream().map(file -> file.getFileName().toString()).toList();
    }

    private List<Path> files() {
        Path folder = api.home().resolve("artifacts").resolve(unit.tenant.toString());
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
