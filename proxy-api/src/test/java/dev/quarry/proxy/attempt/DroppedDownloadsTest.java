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
    /** On a machine that is busy with much else. */
    private static final Duration AT_ONCE = Duration.ofSeconds(30);
    /** The 64 KiB that fit where nothing is flushed would take it most of a minute to fill. */
    private static final StoreFaults.Fault SLOWLY = exchange -> exchange.watched(512, 400);

    private static final Duration STANDSTILL = Duration.ofMillis(500);

    private static final StoreFaults.Fault FAST = exchange -> exchange.watched(8192, 0);

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
            wire.always(FAST);
            dropOnceHeld(agent, wire, SlowReader::close);
            dropOnceHeld(agent, wire, SlowReader::reset);
            wire.always(SLOWLY);
            drop(agent, wire, SlowReader::close);
            run.close(true);
        }
    }

    private interface Leave {
        void from(SlowReader reader) throws IOException;
    }

    /** When all is full between store and agent, and everybody waits for it. */
    private static void dropOnceHeld(Agent agent, StoreFaults wire, Leave leave) throws IOException {
        drop(agent, wire, reader -> {
            awaitStandstill(wire);
            leave.from(reader);
        });
    }

    /** A drained answer is one that was taken whole, however much of one that is cut off still lies in sockets. */
    private static void drop(Agent agent, StoreFaults wire, Leave leave) throws IOException {
        assertThat(await(AT_ONCE, () -> wire.underWay() == 0)).isTrue();
        int before = wire.takenWhole();
        SlowReader reader = agent.reader(API, 0);
        assertThat(reader.head()).startsWith("HTTP/1.1 200");
        reader.read(1_000);
        assertThat(wire.underWay()).isPositive();
        leave.from(reader);
        assertThat(await(AT_ONCE, () -> wire.underWay() == 0))
                .as("the store's connection is closed")
                .isTrue();
        assertThat(wire.takenWhole()).as("drained").isEqualTo(before);
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

    /** A machine that stands still as long makes an easier case of it, and no other outcome. */
    private static void awaitStandstill(StoreFaults wire) {
        int[] last = {-1};
        long[] since = {0};
        await(AT_ONCE, () -> {
            int now = wire.sentBody();
            if (now != last[0]) {
                last[0] = now;
                since[0] = System.nanoTime();
            }
            return System.nanoTime() - since[0] > STANDSTILL.toNanos();
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
