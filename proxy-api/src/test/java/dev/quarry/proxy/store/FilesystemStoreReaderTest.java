package dev.quarry.proxy.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemStoreReaderTest {
    private static final KeyBytes KEY = KeyBytes.utf8("folder/file");

    @TempDir
    Path root = Path.of("set by JUnit");

    @Test
    void theListedVersionIsReadWholeOrInPart() throws IOException {
        String version = put("0123456789");
        assertThat(read(version, Optional.empty())).isEqualTo("0123456789");
        assertThat(read(version, Optional.of(new ByteRange(2, 3)))).isEqualTo("234");
        assertThat(read(version, Optional.of(new ByteRange(8, 100)))).isEqualTo("89");
        assertThat(read(version, Optional.of(new ByteRange(10, 1)))).isEmpty();
    }

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
        String version = put("0123456789");
        try (StoreContent content = reader().open(KEY, version, Optional.empty())) {
            assertThat(content.stream().readNBytes(5)).hasSize(5);
            Files.setLastModifiedTime(root.resolve("folder/file"), FileTime.from(Instant.EPOCH));
            assertThatThrownBy(() -> content.stream().readNBytes(5)).isInstanceOf(ChangedInStoreException.class);
        }
    }

    @Test
    void aFileThatIsNotThereIsGone() throws IOException {
        String version = put("x");
        Files.delete(root.resolve("folder/file"));
        assertThatThrownBy(() -> read(version, Optional.empty())).isInstanceOf(GoneFromStoreException.class);
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
    void keysThatClimbOpenNothing() throws IOException {
        put("x");
        for (String climbing : new String[] {"../x", "folder/../folder/file", "/etc/passwd", "", "folder/", "a\0b"}) {
            assertThatThrownBy(() -> reader().open(KeyBytes.utf8(climbing), "1", Optional.empty()))
                    .as(climbing)
                    .isInstanceOf(GoneFromStoreException.class);
        }
    }

    private FilesystemStoreReader reader() {
        return new FilesystemStoreReader(RawNames.bytesOfAbsolute(root));
    }

    private String put(String content) throws IOException {
        Files.createDirectories(root.resolve("folder"));
        Files.writeString(root.resolve("folder/file"), content);
        return new FilesystemStoreLister(RawNames.bytesOfAbsolute(root))
                .list(KeyBytes.utf8("folder"), Optional.empty(), 10)
                .files()
                .get(0)
                .version();
    }

    private String read(String version, Optional<ByteRange> range) throws IOException {
        try (StoreContent content = reader().open(KEY, version, range)) {
            byte[] bytes = content.stream().readAllBytes();
            assertThat(bytes).hasSize((int) content.length());
            return new String(bytes, UTF_8);
        }
    }
}
