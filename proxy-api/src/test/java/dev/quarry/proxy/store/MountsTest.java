package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
