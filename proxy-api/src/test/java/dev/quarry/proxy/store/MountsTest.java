package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.FileSystemUtils;

/** Folders on other file systems than the root's. Of those that every Linux has, /dev holds one for files and one of the kernel's. */
class MountsTest {
    private static final Path DEV = Path.of("/dev");
    private static final KeyBytes SHM = KeyBytes.utf8("shm");
    private static final KeyBytes PTS = KeyBytes.utf8("pts");

    private Path file = DEV;

    @BeforeEach
    void write() throws IOException {
        assumeTrue(isMount("shm") && isMount("pts"), "/dev/shm and /dev/pts are no mounts here");
        file = Files.createTempFile(DEV.resolve("shm"), "quarry", ".txt");
    }

    @AfterEach
    void remove() throws IOException {
        if (!file.equals(DEV)) {
            Files.deleteIfExists(file);
        }
    }

    @Test
    void otherFileSystemsAreEnteredButNotTheKernelsOwn() throws IOException {
        FilesystemTestStore store = FilesystemTestStore.of(DEV, false, true);
        Listing listing = store.lister().list(KeyBytes.EMPTY, Optional.empty(), 10_000);
        assertThat(listing.folders()).contains(SHM).doesNotContain(PTS);
        assertThat(listing.warnings())
                .anyMatch(warning -> warning.contains("'pts' is a file system of the kernel's own"));
        Entry entry = store.lister().list(SHM, Optional.empty(), 10_000).files().stream()
                .filter(one -> one.name().equals(name()))
                .findFirst()
                .orElseThrow();
        // Inodes of another device can be those of other files here.
        assertThat(entry.identity()).isNull();
        try (StoreContent content = store.reader().open(key(), entry.version(), Optional.empty())) {
            assertThat(content.stream().readAllBytes()).isEmpty();
        }
    }

    @Test
    void otherFileSystemsAreNeitherListedNorReadWhereTheSettingsSaySo() throws IOException {
        FilesystemTestStore everywhere = FilesystemTestStore.of(DEV, false, true);
        String version = everywhere.lister().list(SHM, Optional.empty(), 10_000).files().stream()
                .filter(one -> one.name().equals(name()))
                .findFirst()
                .orElseThrow()
                .version();
        FilesystemTestStore store = FilesystemTestStore.of(DEV, false, false);
        Listing listing = store.lister().list(KeyBytes.EMPTY, Optional.empty(), 10_000);
        assertThat(listing.folders()).doesNotContain(SHM, PTS);
        assertThat(listing.warnings()).anyMatch(warning -> warning.contains("'shm' lies on another file system"));
        assertThatThrownBy(() -> store.lister().list(SHM, Optional.empty(), 10))
                .isInstanceOf(NotReadableException.class);
        assertThatThrownBy(() -> store.reader().open(key(), version, Optional.empty()))
                .isInstanceOf(NotReadableException.class);
    }

    /** Somebody makes and removes a file as fast as can be: each look at it may come too late. */
    @Test
    void filesThatVanishWhileTheyAreLookedAtOnAnotherFileSystemLeaveTheirFolderAsItIs() throws Exception {
        Path mounted = Files.createTempDirectory(DEV.resolve("shm"), "quarry");
        Path fleeting = mounted.resolve("fleeting");
        Files.writeString(mounted.resolve("stays"), "x");
        AtomicBoolean over = new AtomicBoolean();
        Thread other = new Thread(() -> {
            while (!over.get()) {
                comeAndGo(fleeting);
            }
        });
        other.start();
        try {
            FilesystemTestStore store = FilesystemTestStore.of(DEV, false, true);
            KeyBytes folder = SHM.child(KeyBytes.utf8(mounted.getFileName().toString()));
            for (int i = 0; i < 3_000; i++) {
                Listing listing = store.lister().list(folder, Optional.empty(), 10);
                assertThat(listing.files()).extracting(Entry::name).contains(KeyBytes.utf8("stays"));
                assertThat(listing.warnings()).isEmpty();
            }
        } finally {
            over.set(true);
            other.join();
            FileSystemUtils.deleteRecursively(mounted);
        }
    }

    private static void comeAndGo(Path file) {
        try {
            Files.createFile(file);
            Files.delete(file);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    private KeyBytes name() {
        return KeyBytes.utf8(file.getFileName().toString());
    }

    private KeyBytes key() {
        return SHM.child(name());
    }

    private static boolean isMount(String name) throws IOException {
        Path mount = DEV.resolve(name);
        return Files.isDirectory(mount)
                && !Files.getAttribute(mount, "unix:dev").equals(Files.getAttribute(DEV, "unix:dev"));
    }
}
