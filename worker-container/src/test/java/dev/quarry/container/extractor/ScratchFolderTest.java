package dev.quarry.container.extractor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFolderTest {
    private static final int FILES = 8;

    /** Makes a folder as full as the one that is to be kept, and puts a link to that in its place, again and again. */
    private static final String SWAPPING = """
            my ($scratch, $kept, $files) = @ARGV;
            $| = 1;
            print "ready\\n";
            for (my $n = 0; ; $n++) {
                mkdir "$scratch/d";
                for my $file (0 .. $files - 1) { open(my $made, '>', "$scratch/d/$file") }
                rename("$scratch/d", "$scratch/aside$n") or next;
                symlink($kept, "$scratch/d");
                unlink "$scratch/d";
            }
            """;

    @TempDir
    Path folder;

    @Test
    void aFileThatIsHandedOverIsCountedOnce() throws Exception {
        Path file = Files.write(folder.resolve("input"), new byte[1000]);
        Files.createLink(folder.resolve("handed"), file);
        Files.write(folder.resolve("other"), new byte[10]);

        assertThat(FolderSize.of(List.of(folder)).bytes()).isEqualTo(1010);
    }

    @Test
    void deletingNeverFollowsALink() throws Exception {
        Path kept = Files.writeString(
                Files.createDirectories(folder.resolve("kept")).resolve("file"), "x");
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        Files.createSymbolicLink(scratch.resolve("link"), kept.getParent());

        ScratchFolder.clear(scratch, folder);
        assertThat(scratch).isEmptyDirectory();
        assertThat(kept).exists();
    }

    /** As an extractor does that is alive while its folder is cleared. */
    @Test
    void deletingFollowsNoLinkThatTakesAFoldersPlaceMeanwhile() throws Exception {
        Path kept = Files.createDirectories(folder.resolve("kept"));
        Path scratch = Files.createDirectories(folder.resolve("scratch"));
        Process swapping = new ProcessBuilder(
                        "/usr/bin/perl", "-e", SWAPPING, scratch.toString(), kept.toString(), String.valueOf(FILES))
                .start();
        try {
            swapping.inputReader(StandardCharsets.US_ASCII).readLine();
            for (int round = 0; round < 400; round++) {
                for (int file = 0; file < FILES; file++) {
                    Files.writeString(kept.resolve(String.valueOf(file)), "x");
                }
                if (round % 2 == 0) {
                    ScratchFolder.clear(scratch, folder);
                } else {
                    ScratchFolder.remove(scratch);
                    Files.createDirectories(scratch);
                }
                assertThat(kept.toFile().list()).as("round %s", round).hasSize(FILES);
            }
        } finally {
            swapping.destroyForcibly().waitFor();
        }
    }

    @Test
    void aFolderThatIsNestedTooDeeplyToLookIntoIsTold() throws Exception {
        nested(90);
        assertThat(FolderSize.of(List.of(folder)).isHidden()).isFalse();

        nested(110);
        assertThat(FolderSize.of(List.of(folder)).isHidden()).isTrue();

        ScratchFolder.clear(folder.resolve("scratch"), folder);
        assertThat(folder.resolve("scratch")).isEmptyDirectory();
    }

    private void nested(int depth) throws IOException {
        Files.createDirectories(folder.resolve("scratch" + "/d".repeat(depth)));
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
