package dev.quarry.activity.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is deleted of jobs that ended long ago. */
@Timeout(60)
class JobDirectoriesTest {
    private static final String LONG_NAME = "n".repeat(250);
    private static final int HALF_A_PATH = 10;

    @TempDir
    Path folder;

    private static JobDirectories in(Path jobs) throws IOException {
        Duration notAtAll = Duration.ofSeconds(-1);
        return new JobDirectories(new ProcessConfig(jobs, 1, Map.of(), Duration.ZERO, 0, notAtAll));
    }

    private Path ended(String job) throws IOException {
        Path path = Files.createDirectories(folder.resolve("jobs").resolve(job));
        Files.writeString(path.resolve("exit"), "0 1\n");
        return path;
    }

    private static Path deep(Path path) throws IOException {
        Path deep = path;
        for (int i = 0; i < HALF_A_PATH; i++) {
            deep = deep.resolve(LONG_NAME);
        }
        return Files.createDirectories(deep);
    }

    /** Two halves of a path that the system takes, and no program can name the whole. */
    @Test
    void aFolderThatCannotBeDeletedKeepsNoOtherThere() throws Exception {
        Path stays = ended("q-1-1");
        Path bottom = deep(stays);
        Path half = folder.resolve("half");
        deep(half);
        Path whole = bottom.resolve("half");
        Files.move(half, whole);
        List<Path> others = List.of(ended("q-0-1"), ended("q-2-1"));
        try {
            in(folder.resolve("jobs")).purge();
            assertThat(others).noneMatch(Files::exists);
            assertThat(stays).exists();
        } finally {
            Files.move(whole, half);
        }
        in(folder.resolve("jobs")).purge();
        assertThat(stays).doesNotExist();
    }

    @Test
    void aFolderThatAKilledAgentLeftWithoutRightsIsOpenedAndDeleted() throws Exception {
        Path job = ended("q-1-1");
        Path shut = Files.createDirectories(job.resolve("scratch/shut"));
        Files.createFile(shut.resolve("file"));
        Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("---------"));
        Path other = ended("q-2-1");

        assertThat(purgeWithoutPrivilege(folder.resolve("jobs"))).isEmpty();

        assertThat(other).doesNotExist();
        assertThat(job).doesNotExist();
    }

    /** Root reads everything, unless that is taken from it. */
    private static String purgeWithoutPrivilege(Path jobs) throws Exception {
        List<String> command = new ArrayList<>();
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Purge.class.getName(),
                jobs.toString()));
        Process purge = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(purge.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(purge.waitFor()).as(said).isZero();
        return said;
    }

    /** A process of its own that purges. */
    static final class Purge {
        private Purge() {}

        public static void main(String[] arguments) throws IOException {
            in(Path.of(arguments[0])).purge();
        }
    }
}
