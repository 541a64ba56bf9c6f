package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file system that does not answer holds nobody for longer than it may, and nobody else. */
@Timeout(30)
class BoundedCallsTest {
    private static final KeyBytes KEY = KeyBytes.utf8("f");

    @TempDir
    Path folder = Path.of("set by JUnit");

    private final HungMount mount = new HungMount();

    @AfterEach
    void release() {
        mount.release();
    }

    @Test
    void aCallThatHangsIsGivenUpAndTheStoreOfAnotherMountGoesOn() throws IOException {
        Files.writeString(folder.resolve("f"), "x");
        Instant start = Instant.now();
        assertAway(() -> hung().lister().list(KeyBytes.EMPTY, Optional.empty(), 10));
        assertThat(Duration.between(start, Instant.now())).isBetween(HungMount.SILENCE, Duration.ofSeconds(5));
        String version = version(FilesystemTestStore.of(folder.toRealPath()));
        assertAway(() -> hung().reader().open(KEY, version, Optional.empty()));
    }

    @Test
    void allThreadsHeldFurtherCallsAreRefusedAtOnceUntilTheMountIsBack() throws IOException {
        Files.writeString(folder.resolve("f"), "x");
        for (KeyBytes place : List.of(KeyBytes.utf8("a"), KeyBytes.utf8("b"))) {
            assertAway(() -> mount.calls.call(place, place, progress -> "late"));
        }
        Instant start = Instant.now();
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> hung().lister().list(KeyBytes.EMPTY, Optional.empty(), 10))
                    .isInstanceOf(StoreAwayException.class)
                    .hasMessageContaining("2 calls hang");
        }
        assertThat(Duration.between(start, Instant.now())).isLessThan(HungMount.SILENCE.multipliedBy(5));
        mount.release();
        awaitAnswer();
        assertThat(hung().lister().list(KeyBytes.EMPTY, Optional.empty(), 10).files())
                .hasSize(1);
    }

    @Test
    void aFolderThatHangsHoldsOneThreadWhoeverAsksForItAndTheOthersGoOn() throws IOException {
        Files.createDirectories(folder.resolve("hung/below"));
        Files.createDirectories(folder.resolve("other"));
        Files.writeString(folder.resolve("other/f"), "x");
        HungMount part = HungMount.of("hung");
        StoreLister lister = on(part).lister();
        for (String place : List.of("hung", "hung/below", "hung", "hung")) {
            assertThatThrownBy(() -> lister.list(KeyBytes.utf8(place), Optional.empty(), 10))
                    .as("of two threads one is left")
                    .isInstanceOf(NotReadableException.class)
                    .hasMessageContaining("has not answered");
        }
        assertThat(lister.list(KeyBytes.utf8("other"), Optional.empty(), 10).files())
                .hasSize(1);
        assertThat(lister.list(KeyBytes.EMPTY, Optional.empty(), 10).folders()).hasSize(2);
        part.release();
        await("the folder", () -> {
            try {
                return lister.list(KeyBytes.utf8("hung"), Optional.empty(), 10).size() == 1;
            } catch (StoreException stillHeld) {
                return false;
            }
        });
    }

    @Test
    void whereAFileSystemHangsThatIsMountedBelowTheRootOnlyItIsLeftOut() throws IOException {
        Files.createDirectories(folder.resolve("hung/below"));
        Files.writeString(folder.resolve("f"), "x");
        Files.writeString(folder.resolve("z"), "x");
        HungMount part = HungMount.mountedAt("hung");
        StoreLister lister = on(part).lister();
        Listing root = lister.list(KeyBytes.EMPTY, Optional.empty(), 10);
        assertThat(root.files()).hasSize(2);
        assertThat(root.folders()).containsExactly(KeyBytes.utf8("hung"));
        for (String place : List.of("hung", "hung/below")) {
            assertThatThrownBy(() -> lister.list(KeyBytes.utf8(place), Optional.empty(), 10))
                    .isInstanceOf(NotReadableException.class);
        }
        KeyBytes file = KeyBytes.utf8("hung/file");
        assertAway(() -> on(part).reader().open(file, "1", Optional.empty()));
        part.release();
    }

    @Test
    void aCallThatWasCutOffIsFollowedByNoOtherUntilItsSilenceIsOver() throws Exception {
        HungMount part = HungMount.of("hung");
        KeyBytes place = KeyBytes.utf8("hung");
        Thread.currentThread().interrupt();
        assertAway(() -> part.calls.call(place, place, progress -> "late"));
        assertThat(Thread.interrupted()).isTrue();
        Instant start = Instant.now();
        await("silence", () -> Duration.between(start, Instant.now()).compareTo(HungMount.SILENCE.dividedBy(3)) > 0);
        assertThatThrownBy(() -> part.calls.call(place, place, progress -> "never begun"))
                .isInstanceOf(StoreHangsException.class);
        assertThat(Duration.between(start, Instant.now())).isLessThan(HungMount.SILENCE.plusSeconds(5));
        part.release();
    }

    private FilesystemTestStore on(HungMount part) throws IOException {
        return new FilesystemTestStore(
                FilesystemTestStore.of(folder.toRealPath()).root(), part.calls);
    }

    /** The two that were left behind come back by themselves. */
    private void awaitAnswer() {
        await("an answer", () -> {
            try {
                return hung().lister()
                                .list(KeyBytes.EMPTY, Optional.empty(), 10)
                                .size()
                        > 0;
            } catch (StoreException stillHeld) {
                return false;
            }
        });
    }

    private static void await(String what, BooleanSupplier there) {
        Instant deadline = Instant.now().plusSeconds(20);
        while (!there.getAsBoolean()) {
            assertThat(Instant.now()).as(what).isBefore(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aReadThatHangsEndsTheDownloadAndItsFileIsClosedOnceItComesBack() throws IOException {
        Files.writeString(folder.resolve("f"), "x".repeat(300_000));
        mount.release();
        FilesystemTestStore store = hung();
        StoreContent content = store.reader().open(KEY, version(store), Optional.empty());
        assertThat(content.stream().readNBytes(10)).hasSize(10);
        mount.hangAgain();
        assertAway(() -> content.stream().readAllBytes());
        assertAway(() -> content.stream().read());
        Instant start = Instant.now();
        content.close();
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(openFiles()).isPositive();
        mount.release();
        awaitAllClosed();
    }

    @Test
    void aDownloadThatWasReadIsClosed() throws IOException {
        Files.writeString(folder.resolve("f"), "x");
        FilesystemTestStore store = FilesystemTestStore.of(folder.toRealPath());
        for (int i = 0; i < 50; i++) {
            try (StoreContent content = store.reader().open(KEY, version(store), Optional.empty())) {
                assertThat(content.stream().readAllBytes()).hasSize(1);
            }
        }
        awaitAllClosed();
    }

    @Test
    void whatComesTooLateIsClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        assertAway(() -> mount.calls.call(KEY, KEY, progress -> (Closeable) closed::countDown));
        mount.release();
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aCallThatMakesProgressMayTakeItsTime() throws IOException {
        mount.release();
        Instant start = Instant.now();
        String result = mount.calls.call(KEY, KEY, progress -> {
            while (Duration.between(start, Instant.now()).compareTo(HungMount.SILENCE.multipliedBy(3)) < 0) {
                LockSupport.parkNanos(HungMount.SILENCE.toNanos() / 10);
                progress.made();
            }
            return "done";
        });
        assertThat(result).isEqualTo("done");
    }

    /** The kernel itself holds who opens a file that another process has a lease on, for 45 s: an open that hangs in earnest. */
    @Test
    void anOpenThatTheKernelHoldsIsGivenUp() throws Exception {
        Path file = Files.writeString(folder.resolve("f"), "x");
        FilesystemTestStore store = new FilesystemTestStore(
                FilesystemTestStore.of(folder.toRealPath()).root(),
                new BoundedCalls("leased", KeyBytes.EMPTY, new FilesystemLimits(HungMount.SILENCE, 2)));
        String version = version(store);
        try (FileLease lease = FileLease.on(file)) {
            Instant start = Instant.now();
            assertAway(() -> store.reader().open(KEY, version, Optional.empty()));
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
            assertThat(version(store)).isEqualTo(version);
        }
        awaitAllClosed();
        try (StoreContent content = store.reader().open(KEY, version, Optional.empty())) {
            assertThat(content.stream().readAllBytes()).hasSize(1);
        }
    }

    private FilesystemTestStore hung() {
        try {
            return new FilesystemTestStore(
                    FilesystemTestStore.of(folder.toRealPath()).root(), mount.calls);
        } catch (IOException gone) {
            throw new java.io.UncheckedIOException(gone);
        }
    }

    private static String version(FilesystemTestStore store) throws StoreException {
        return store.lister()
                .list(KeyBytes.EMPTY, Optional.empty(), 10)
                .files()
                .get(0)
                .version();
    }

    private void awaitAllClosed() {
        await("all closed", () -> openFiles() == 0);
    }

    /** Descriptors of this process on the folder or what is in it. */
    private long openFiles() {
        long open = 0;
        try (java.nio.file.DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path one : all) {
                open += isHere(one) ? 1 : 0;
            }
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
        return open;
    }

    private boolean isHere(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(folder.toRealPath());
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static void assertAway(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(StoreAwayException.class);
    }
}
