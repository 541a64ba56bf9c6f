package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A download that its agent hardly reads ends, so that its place is free; one that is read is left in peace. */
@Timeout(120)
class CrawlingReadersTest {
    private static final int SIZE = 64 << 20;
    private static final RunningApi API =
            RunningApi.shared().beside(Map.of("quarry.attempt.patience", "1s", "quarry.attempt.slowest", 1_000_000));

    private final TestStore store = new TestStore();
    private final TestRun run = store.open();
    private Agent agent;

    @AfterAll
    static void end() {
        API.close();
    }

    @BeforeEach
    void aLargeFile() throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(store.root.resolve("large.bin").toFile(), "rw")) {
            file.setLength(SIZE);
        }
        run.walk();
        agent = ReadRun.opened(run.take(1).get(0), UUID.randomUUID());
    }

    @AfterEach
    void close() {
        run.close(true);
    }

    @Test
    void anAgentThatReadsAFewBytesNowAndThenLosesItsDownloadAndTheLogSaysWhose() throws IOException {
        try (LogOfOneRequest log = new LogOfOneRequest()) {
            assertThat(readInPieces(4 * 1024, 20_000_000)).as("200 KB a second").isLessThan(SIZE);
            assertThat(log.linesBeside("attempt " + agent.attempt()))
                    .containsExactly("attempt " + agent.attempt()
                            + ", item 0: a download was ended, its agent reads less than 1000000 bytes a second");
        }
    }

    @Test
    void anAgentThatTakesItsTimeAndGetsOnKeepsItsDownload() throws IOException {
        assertThat(readInPieces(2 << 20, 100_000_000)).as("20 MB a second").isEqualTo(SIZE);
    }

    /** How many bytes came before the end. */
    private long readInPieces(int size, long pauseNanos) throws IOException {
        long count = 0;
        try (SlowReader reader = agent.reader(API, 0)) {
            assertThat(reader.head()).startsWith("HTTP/1.1 200");
            for (int read = reader.read(size); read > 0; read = reader.read(size)) {
                count += read;
                // The reader's own slowness, not a wait for something.
                LockSupport.parkNanos(pauseNanos);
            }
        }
        return count;
    }
}
