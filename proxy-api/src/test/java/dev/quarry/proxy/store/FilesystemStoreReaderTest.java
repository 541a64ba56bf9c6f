package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemStoreReaderTest extends StoreReaderContract {
    private static final KeyBytes KEY = KeyBytes.utf8("folder/file");

    @TempDir
    Path root = Path.of("set by JUnit");

    @Test
    void anotherVersionIsRefusedEvenWithTheSameSizeAndTime() throws IOException {
        String version = put("0123456789");
        Path file = root.resolve("folder/file");
        FileTime time = Files.getLastModifiedTime(file);
        Path other = Files.writeString(root.resolve("other"), "9876543210");
        Files.setLastModifiedTime(other, time);
        Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> read(version, Optional.empty())).isInstanceOf(ChangedInStoreException.class);
    }

    @Test
    void aFileThatChangesWhileItIsReadNeverEnds() throws IOException {
        String version = put("0123456789".repeat(30_000));
        try (StoreContent content = reader().open(KEY, version, Optional.empty())) {
            assertThat(content.stream().readNBytes(5)).hasSize(5);
            Files.setLastModifiedTime(root.resolve("folder/file"), FileTime.from(Instant.EPOCH));
            assertThatThrownBy(() -> content.stream().readAllBytes()).isInstanceOf(ChangedInStoreException.class);
        }
    }

    @Test
    void aLinkPutInPlaceOfAFileOrFolderIsNotFollowed() throws IOException {
        String version = put("x");
        Path outside = Files.createTempDirectory("outside");
        Files.writeString(outside.resolve("file"), "x");
        Files.delete(root.resolve("folder/file"));
        Files.createSymbolicLink(root.resolve("folder/file"), outside.resolve("file"));
        assertThatThrownBy(() -> read(version, Optional.empty())).isInstanceOf(ChangedInStoreException.class);
        Files.delete(root.resolve("folder/file"));
        Files.delete(root.resolve("folder"));
        Files.createSymbolicLink(root.resolve("folder"), outside);
        assertThatThrownBy(() -> read(version, Optional.empty())).isInstanceOf(GoneFromStoreException.class);
    }

    @Test
    void aPipePutInPlaceOfAFileIsNotOpened() throws Exception {
        String version = put("x");
        Path file = root.resolve("folder/file");
        Files.delete(file);
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> read(version, Optional.empty())).isInstanceOf(ChangedInStoreException.class);
    }

    @Test
    void aPipePutInPlaceOfAFolderIsNotOpened() throws Exception {
        String version = put("x");
        Files.delete(root.resolve("folder/file"));
        Files.delete(root.resolve("folder"));
        assertThat(new ProcessBuilder("mkfifo", root.resolve("folder").toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThatThrownBy(() -> read(version, Optional.empty())).isInstanceOf(GoneFromStoreException.class);
    }

    @Test
    void keysThatClimbOpenNothing() throws IOException {
        put("x");
        for (String climbing : new String[] {"../x", "folder/../folder/file", "/etc/passwd", "", "folder/", "a\0b"}) {
            assertThatThrownBy(() -> reader().open(KeyBytes.utf8(climbing), "1", Optional.empty()))
                    .as(climbing)
                    .isInstanceOf(GoneFromStoreException.class);
        }
    }

    @Override
    protected StoreReader reader() {
        return FilesystemTestStore.of(root).reader();
    }

    @Override
    protected StoreLister lister() {
        return FilesystemTestStore.of(root).lister();
    }

    @Override
    protected void put(KeyBytes key, String content) throws IOException {
        Path file = path(key);
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.writeString(file, content);
    }

    @Override
    protected void remove(KeyBytes key) throws IOException {
        Files.delete(path(key));
    }

    @Override
    protected List<KeyBytes> oddKeys() {
        return List.of(
                KeyBytes.of(new byte[] {'b', (byte) 0xff, (byte) 0xfe}),
                KeyBytes.of(new byte[] {1, '\n', 0x7f}),
                KeyBytes.utf8("..."),
                KeyBytes.utf8("..x/y.."),
                KeyBytes.utf8("100%41%2F"),
                KeyBytes.utf8("a+b c&d=e?f#g"),
                KeyBytes.utf8("emoji \ud83d\ude00 \uffed"),
                KeyBytes.utf8("nfc \u00e9"),
                KeyBytes.utf8("nfd e\u0301"),
                KeyBytes.utf8(("d".repeat(250) + "/").repeat(4) + "k".repeat(20)));
    }

    private Path path(KeyBytes key) {
        Path path = root;
        for (KeyBytes name : key.names()) {
            path = path.resolve(RawNames.relative(name));
        }
        return path;
    }

    private String put(String content) throws IOException {
        Files.createDirectories(root.resolve("folder"));
        Files.writeString(root.resolve("folder/file"), content);
        return FilesystemTestStore.of(root)
                .lister()
                .list(KeyBytes.utf8("folder"), Optional.empty(), 10)
                .files()
                .get(0)
                .version();
    }

    private String read(String version, Optional<ByteRange> range) throws IOException {
        return read(KEY, version, range);
    }
}
