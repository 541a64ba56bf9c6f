package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.AzureEmulator;
import dev.quarry.proxy.store.S3Emulator;
import dev.quarry.proxy.store.S3Server;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** An agent that goes away in the middle of a download takes its store's connection with it, at once and without draining it. */
@Timeout(120)
class DroppedDownloadsTest {
    private static final RunningApi API = RunningApi.shared();
    private static final int SIZE = 24 << 20;
    /** Of a busy machine. What is not flushed takes the slow store here a quarter of a minute to fill. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    @Test
    @EnabledIf(
            value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
            disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
    void aBucketSeesItsConnectionEndHoweverTheAgentWentAndHoweverSlowItIsItself() throws IOException {
        S3Emulator server = S3Emulator.shared();
        String bucket = server.newBucket();
        server.put(bucket, "large.bin", new byte[SIZE]);
        dropped(
                server.port(),
                endpoint -> TestStore.s3(
                        "{\"bucket\":\"%s\",\"endpoint\":\"%s\",\"pathStyle\":true,\"accessKeyId\":\"%s\",\"secretAccessKey\":\"%s\"}"
                                .formatted(bucket, endpoint, S3Server.KEY_ID, S3Server.SECRET)));
    }

    @Test
    @EnabledIf(
            value = "dev.quarry.proxy.store.AzureEmulator#isInstalled",
            disabledReason =
                    "there is no Azurite for the emulated Azure; ./quarry setup installs it where node and npm are")
    void aContainerSeesItsConnectionEndHoweverTheAgentWentAndHoweverSlowItIsItself() throws IOException {
        AzureEmulator server = AzureEmulator.shared();
        String container = server.newContainer();
        server.put(container, "large.bin", new byte[SIZE]);
        dropped(
                server.port(),
                endpoint -> TestStore.azure(
                        "{\"account\":\"%s\",\"container\":\"%s\",\"endpoint\":\"%s\",\"accountKey\":\"%s\"}"
                                .formatted(AzureEmulator.ACCOUNT, container, endpoint, AzureEmulator.KEY)));
    }

    private static void dropped(int port, Function<URI, TestStore> of) throws IOException {
        try (StoreFaults wire = new StoreFaults(port)) {
            TestRun run = of.apply(wire.endpoint()).open();
            run.walk();
            Agent agent = ReadRun.opened(run.take(1).get(0), UUID.randomUUID());
            drop(agent, wire, SlowReader::close);
            drop(agent, wire, SlowReader::reset);
            wire.always(exchange -> exchange.slowly(512, 100));
            drop(agent, wire, SlowReader::close);
            run.close(true);
        }
    }

    private interface Leave {
        void from(SlowReader reader) throws IOException;
    }

    private static void drop(Agent agent, StoreFaults wire, Leave leave) throws IOException {
        await(Duration.ofSeconds(10), () -> wire.underWay() == 0);
        int before = wire.sentBody();
        SlowReader reader = agent.reader(API, 0);
        assertThat(reader.head()).startsWith("HTTP/1.1 200");
        reader.read(1_000);
        assertThat(wire.underWay()).isPositive();
        awaitFullBuffers(wire);
        leave.from(reader);
        int left = wire.sentBody();
        assertThat(await(AT_ONCE, () -> wire.underWay() == 0))
                .as("the store's connection is closed")
                .isTrue();
        assertThat(wire.sentBody() - before).as("in all").isLessThan(SIZE);
        assertThat(wire.sentBody() - left).as("after the agent had gone").isLessThan(256 * 1024);
    }

    @Test
    void aFileIsClosed() throws IOException {
        TestStore store = new TestStore();
        Path large = store.root.resolve("large.bin");
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength(SIZE);
        }
        TestRun run = store.open();
        run.walk();
        Agent agent = ReadRun.opened(run.take(1).get(0), UUID.randomUUID());
        SlowReader reader = agent.reader(API, 0);
        assertThat(reader.head()).startsWith("HTTP/1.1 200");
        assertThat(isOpen(large)).isTrue();
        reader.close();
        assertThat(await(AT_ONCE, () -> !isOpen(large))).isTrue();
        run.close(true);
    }

    /** By this process, which the API is part of. */
    private static boolean isOpen(Path file) {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.anyMatch(descriptor -> leadsTo(descriptor, file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    /** A store that is fast has sent what sockets hold; one that is slow never gets there. */
    private static void awaitFullBuffers(StoreFaults wire) {
        int[] last = {-1};
        await(Duration.ofSeconds(2), () -> {
            LockSupport.parkNanos(300_000_000);
            boolean same = wire.sentBody() == last[0];
            last[0] = wire.sentBody();
            return same;
        });
    }

    private static boolean await(Duration most, BooleanSupplier expected) {
        long end = System.nanoTime() + most.toNanos();
        while (!expected.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(10_000_000);
        }
        return expected.getAsBoolean();
    }
}
