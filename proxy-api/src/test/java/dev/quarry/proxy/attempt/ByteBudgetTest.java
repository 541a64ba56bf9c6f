package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An agent is charged for what it was sent, so that an honest one never runs out and no other gets more. */
class ByteBudgetTest {
    private static final long MIB = 1 << 20;
    private static final RunningApi API = RunningApi.shared();

    private final TestStore store = new TestStore();
    private TestRun run = store.open();

    @AfterEach
    void end() {
        run.close(true);
    }

    @Test
    void aDownloadThatBreaksOffCostsWhatWasSentAndNoMore() throws IOException {
        Agent agent = agentOf(1024 * MIB);
        for (int i = 0; i < 4; i++) {
            try (SlowReader broken = agent.reader(API, 0)) {
                assertThat(broken.head()).startsWith("HTTP/1.1 200");
                broken.read((int) MIB);
            }
        }
        await(agent, served -> served >= 4 * MIB && served < 64 * MIB);
        assertThat(agent.content(0, "0-9").status()).isEqualTo(206);
    }

    @Test
    void anApiThatDiesDuringADownloadCostsNoMoreThanAPiece() throws IOException {
        Agent agent = agentOf(1024 * MIB);
        try (SlowReader stuck = agent.reader(API, 0)) {
            assertThat(stuck.head()).startsWith("HTTP/1.1 200");
            assertThat(served(agent)).as("what nobody would give back").isEqualTo(64 * MIB);
        }
    }

    @Test
    void whatTheStoreRefusesCostsNothing() throws IOException {
        Agent agent = agentOf(MIB);
        Files.delete(store.root.resolve("large.bin"));
        assertThat(agent.content(0).status()).isEqualTo(404);
        assertThat(agent.content(0, "5-9").status()).isEqualTo(404);
        assertThat(served(agent)).isZero();
    }

    @Test
    void aWholeDownloadCostsItsSize() throws IOException {
        Agent agent = agentOf(100 * MIB);
        try (SlowReader whole = agent.reader(API, 0)) {
            assertThat(whole.head()).startsWith("HTTP/1.1 200");
            assertThat(whole.drain()).isEqualTo(100 * MIB);
        }
        await(agent, served -> served == 100 * MIB);
    }

    @Test
    void downloadsAtOnceGetNoMoreThanTheBudgetTogether() throws IOException {
        Agent agent = agentOf(80 * MIB);
        agent.budget(150 * MIB);
        try (SlowReader one = agent.reader(API, 0);
                SlowReader other = agent.reader(API, 0)) {
            assertThat(one.head()).startsWith("HTTP/1.1 200");
            assertThat(other.head()).startsWith("HTTP/1.1 200");
            assertThat(one.drain() + other.drain()).isBetween(80 * MIB, 150 * MIB);
        }
        assertThat(agent.content(0).status()).isEqualTo(429);
    }

    /** An agent with one item of so many bytes. */
    private Agent agentOf(long bytes) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(store.root.resolve("large.bin").toFile(), "rw")) {
            file.setLength(bytes);
        }
        run.walk();
        return ReadRun.opened(run.take(1).get(0), UUID.randomUUID());
    }

    private static void await(Agent agent, LongPredicate expected) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!expected.test(served(agent)) && System.nanoTime() < end) {
            LockSupport.parkNanos(20_000_000);
        }
        assertThat(expected.test(served(agent))).as("served %d", served(agent)).isTrue();
    }

    private static long served(Agent agent) {
        return TestStore.superuser()
                .sql("select bytes_served from quarry.job_attempt where id = ?")
                .param(UUID.fromString(agent.attempt()))
                .query(Long.class)
                .single();
    }
}
