package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemStoreListerTest extends StoreListerContract {
    @TempDir
    Path root = Path.of("set by JUnit");

    @Override
    protected StoreLister lister() {
        return FilesystemTestStore.of(root).lister();
    }

    @Override
    protected void put(KeyBytes key, int size) throws IOException {
        Path file = path(key);
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[size]);
    }

    @Override
    protected void remove(KeyBytes key) throws IOException {
        Files.delete(path(key));
    }

    @Override
    protected List<KeyBytes> oddNames() {
        return List.of(
                KeyBytes.of(new byte[] {'b', (byte) 0xff, (byte) 0xfe}),
                KeyBytes.of(new byte[] {(byte) 0xc3}),
                KeyBytes.of(new byte[] {1, '\n'}),
                KeyBytes.utf8("gr\u00fcn \u65e5\ud83d\ude00"),
                KeyBytes.utf8("\ufffd"),
                KeyBytes.utf8("100%41"),
                KeyBytes.utf8("-rf *\\?#"));
    }

    private Path path(KeyBytes key) {
        Path path = root;
        for (KeyBytes name : key.names()) {
            path = path.resolve(RawNames.relative(name));
        }
        return path;
    }

    @Test
    void linksPipesAndDevicesAreWarningsAndNotFiles() throws Exception {
        put(KeyBytes.utf8("real/file"), 1);
        Files.createSymbolicLink(root.resolve("link"), root.resolve("real/file"));
        Files.createSymbolicLink(root.resolve("linked-folder"), root.resolve("real"));
        Files.createSymbolicLink(root.resolve("loop"), root);
        assertThat(new ProcessBuilder("mkfifo", root.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();
        Listing listing = all(KeyBytes.EMPTY, 10);
        assertThat(listing.files()).isEmpty();
        assertThat(listing.folders()).containsExactly(KeyBytes.utf8("real"));
        assertThat(listing.warnings()).hasSize(4).anyMatch(warning -> warning.contains("'pipe'"));
    }

    @Test
    void aFolderThatBecameALinkLeadsNowhere() throws IOException {
        put(KeyBytes.utf8("folder/a"), 1);
        Path outside = Files.createTempDirectory("outside");
        Files.write(outside.resolve("secret"), new byte[1]);
        Files.delete(root.resolve("folder/a"));
        Files.delete(root.resolve("folder"));
        Files.createSymbolicLink(root.resolve("folder"), outside);
        assertThatThrownBy(() -> lister().list(KeyBytes.utf8("folder"), Optional.empty(), 10))
                .isInstanceOf(GoneFromStoreException.class);
    }

    @Test
    void aFolderThatBecameAPipeIsGoneAndIsNotOpened() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", root.resolve("folder").toString())
                        .start()
                        .waitFor())
                .isZero();
        for (String name : new String[] {"folder", "folder/below"}) {
            assertThatThrownBy(() -> lister().list(KeyBytes.utf8(name), Optional.empty(), 10))
                    .isInstanceOf(GoneFromStoreException.class);
        }
    }

    /** JDK 25 closes one of the two descriptors twice where a folder turns out to be none. */
    @Test
    void aFolderThatBecameAFileIsGoneAndLeavesNothingOpen() throws IOException {
        Files.createFile(root.resolve("folder"));
        int before = descriptors();
        for (int i = 0; i < 200; i++) {
            assertThatThrownBy(() -> lister().list(KeyBytes.utf8("folder"), Optional.empty(), 10))
                    .isInstanceOf(GoneFromStoreException.class);
        }
        assertThat(descriptors()).isLessThan(before + 100);
    }

    private static int descriptors() {
        return Objects.requireNonNull(Path.of("/proc/self/fd").toFile().list()).length;
    }

    @Test
    void aRootThatBecameALinkIsNotReadable() throws IOException {
        Path moved = root.resolve("moved");
        Files.createDirectory(moved);
        Path linked = Files.createSymbolicLink(root.resolve("linked"), moved);
        assertThatThrownBy(() -> FilesystemTestStore.of(linked).lister().list(KeyBytes.EMPTY, Optional.empty(), 10))
                .isInstanceOf(NotReadableException.class);
    }

    @Test
    void namesThatClimbAreNoFolders() {
        for (String climbing : new String[] {"..", "a/../..", "./a", "a//b", "a\0b"}) {
            assertThatThrownBy(() -> lister().list(KeyBytes.utf8(climbing), Optional.empty(), 10))
                    .as(climbing)
                    .isInstanceOf(GoneFromStoreException.class);
        }
    }
}
