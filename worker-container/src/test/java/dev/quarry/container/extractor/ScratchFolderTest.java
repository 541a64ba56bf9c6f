package dev.quarry.container.extractor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFolderTest {
    @TempDir
    Path folder;

    @Test
    void aFileThatIsHandedOverIsCountedOnce() throws Exception {
        Path file = Files.write(folder.resolve("input"), new byte[1000]);
        Files.createLink(folder.resolve("handed"), file);
        Files.write(folder.resolve("other"), new byte[10]);

        assertThat(ScratchFolder.bytes(folder)).isEqualTo(1010);
    }

    @Test
    void deletingNeverFollowsALink() throws Exception {
        Path kept = Files.writeString(
                Files.createDirectories(folder.resolve("kept")).resolve("file"), "x");
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        Files.createSymbolicLink(scratch.resolve("link"), kept.getParent());

        ScratchFolder.clear(scratch);
        assertThat(scratch).isEmptyDirectory();
        assertThat(kept).exists();
    }

    @Test
    void aFolderThatWasShutIsRemovedAllTheSame() throws Exception {
        Path shut = Files.createDirectories(folder.resolve("shut/inner"));
        Files.writeString(shut.resolve("file"), "x");
        Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("---------"));

        ScratchFolder.delete(folder.resolve("shut"));
        assertThat(folder.resolve("shut")).doesNotExist();
    }
}
