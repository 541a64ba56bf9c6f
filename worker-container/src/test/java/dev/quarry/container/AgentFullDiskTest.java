package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quarry.container.JobApiDouble.Call;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A disk of one megabyte that nobody announced: writing itself fails, midway. */
class AgentFullDiskTest extends AgentTest {
    @BeforeEach
    void aSmallDisk() throws IOException, InterruptedException {
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")), "mounts need root");
        Files.createDirectories(scratch());
        assertThat(done(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=1m,mode=711",
                        "none",
                        scratch().toString()))
                .as("mount")
                .isZero();
    }

    @AfterEach
    void withoutIt() throws IOException, InterruptedException {
        done("umount", "-l", scratch().toString());
    }

    @Test
    void aDownloadThatDoesNotFitIsTriedOnceMoreAloneAndEndsWithTwenty() throws Exception {
        api.file("a.txt", "one").file("large.bin", new byte[3 << 20]).file("b.txt", "two");

        assertThat(run()).isEqualTo(20);

        assertThat(api.started).containsExactly(0, 1, 2);
        assertThat(api.done.keySet()).containsExactly(0, 2);
        assertThat(api.calls(Call.CONTENT))
                .as("one of them twice; the next one, too, if it came before the disk was cleared")
                .isBetween(4, 5);
    }

    @Test
    void aProgramThatFindsTheDiskFullIsTriedOnceMoreAloneAndEndsWithTwenty() throws Exception {
        api.extractors("copier");
        api.file("a.txt", "one").file("large.txt", "x".repeat(600_000)).file("b.txt", "two");

        assertThat(run()).isEqualTo(20);

        assertThat(api.done.keySet()).containsExactly(0, 2);
        assertThat(api.outcome(2)).as("the batch goes on").isEqualTo("INDEXED");
        assertThat(api.calls(Call.CONTENT)).as("one of them twice").isEqualTo(4);
    }

    private Path scratch() {
        return folder.resolve("scratch");
    }

    private static int done(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(List.of(command)).inheritIO().start().waitFor();
    }
}
