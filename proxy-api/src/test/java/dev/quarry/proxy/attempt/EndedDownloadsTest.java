package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A download that ends before its length closes the connection and leaves one line in the log, whoever was at fault. */
@Timeout(120)
class EndedDownloadsTest {
    private static final int SIZE = 64 << 20;
    private static final RunningApi API = RunningApi.shared().beside(Map.of("quarry.attempt.recheck-download", "10ms"));

    private final TestStore store = new TestStore();
    private final Path large = store.root.resolve("large.bin");
    private final TestRun run = store.open();
    private Agent agent;

    @AfterAll
    static void end() {
        API.close();
    }

    @BeforeEach
    void aLargeFile() throws IOException {
        resize(SIZE);
        run.walk();
        agent = ReadRun.opened(run.take(1).get(0), UUID.randomUUID());
    }

    @AfterEach
    void close() {
        run.close(true);
    }

    @Test
    void ofAnAttemptThatIsOverTheLogSaysSoInOneLine() throws IOException {
        assertThat(endedBy(() -> run.close(true)))
                .isEqualTo("attempt " + agent.attempt()
                        + ", item 0: a download was ended, its attempt was closed: attempt_closed");
    }

    @Test
    void ofAFileThatBecameShorterTheLogSaysSoInOneLine() throws IOException {
        assertThat(endedBy(() -> resize(SIZE / 64)))
                .isEqualTo(
                        "attempt " + agent.attempt()
                                + ", item 0: a download was ended, its store failed: 'large.bin' became shorter while it was read");
    }

    private interface Trouble {
        void happens() throws IOException;
    }

    /** The only line that the download left in the log. */
    private String endedBy(Trouble trouble) throws IOException {
        try (LogOfOneRequest log = new LogOfOneRequest();
                SlowReader reader = agent.reader(API, 0)) {
            assertThat(reader.head()).startsWith("HTTP/1.1 200");
            trouble.happens();
            assertThat(reader.drain()).isLessThan(SIZE);
            return String.join("\n", log.linesBeside("attempt " + agent.attempt()));
        }
    }

    private void resize(long size) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(size);
        }
    }
}
