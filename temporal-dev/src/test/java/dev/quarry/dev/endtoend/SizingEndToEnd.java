package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.dev.client.RunTotals;
import java.io.RandomAccessFile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What jobs ask for and use, and files that no node can hold. */
@ExtendWith(SharedStack.class)
@Timeout(180)
class SizingEndToEnd {
    @Test
    void theTimelineOfAFileShowsWhatItsShortJobAskedForAndUsed(TestStack stack) throws Exception {
        TestStore store = stack.store("peaks");
        store.turtle(0, 0, "artifact copy");
        store.run();
        JsonNode timeline = timeline(stack, store, "INDEXED");
        JsonNode askedFor = event(timeline, "opened").path("askedFor");
        assertThat(askedFor.path("cpuMhz").asInt()).isEqualTo(1000);
        assertThat(askedFor.path("memoryMb").asInt()).isEqualTo(1024);
        assertThat(askedFor.path("diskMb").asInt()).isEqualTo(2048);
        JsonNode settled = event(timeline, "settled");
        assertThat(settled.path("exitCode").asInt(-1)).isZero();
        JsonNode used = settled.path("used");
        assertThat(used.path("peakMemoryMb").asInt()).as(used.toString()).isBetween(20, 1024);
        assertThat(used.path("peakDiskMb").asInt()).as(used.toString()).isBetween(1, 2048);
        assertThat(used.path("cpuSeconds").asDouble()).as(used.toString()).isPositive();
    }

    @Test
    void aFileThatNoNodeHoldsFailsWithoutAJobAndTheOthersAreIndexed(TestStack stack) throws Exception {
        TestStore store = stack.store("too-large");
        store.turtles(2, 0);
        try (RandomAccessFile sparse =
                new RandomAccessFile(store.folder().resolve("film.turtle").toFile(), "rw")) {
            sparse.setLength(40L << 30);
        }
        RunTotals totals = store.run();
        assertThat(store.outcomes())
                .containsEntry("film.turtle", "FAILED(TOO_LARGE)")
                .containsEntry("f0000.turtle", "INDEXED")
                .containsEntry("f0001.turtle", "INDEXED");
        assertThat(totals.count("failed")).isEqualTo(1);
        JsonNode film = stack.api().files(store.name(), "FAILED", 10).get(0);
        assertThat(film.path("detail").asText())
                .contains("needs 83,456 MB of disk, the largest node has 50,000: raise quarry.node.disk-mb");
        assertThat(stack.api().file(film.path("file").asText()).path("timeline"))
                .as("no unit and no attempt")
                .isEmpty();
    }

    private static JsonNode timeline(TestStack stack, TestStore store, String outcome) throws Exception {
        List<JsonNode> files = stack.api().files(store.name(), outcome, 10);
        assertThat(files).hasSize(1);
        return stack.api().file(files.get(0).path("file").asText()).path("timeline");
    }

    private static JsonNode event(JsonNode timeline, String what) {
        for (JsonNode event : timeline) {
            if (event.path("what").asText().equals(what)) {
                return event;
            }
        }
        throw new AssertionError("no '" + what + "' in " + timeline);
    }
}
