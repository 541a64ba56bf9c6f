package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nothing would be left for if it saw nothing. */
class ProcessesOfTest {
    @TempDir
    private Path folder;

    @Test
    void aProcessIsSeenByItsWorkingFolder() throws Exception {
        assertThatItIsSeen(new ProcessBuilder("sleep", "60").directory(folder.toFile()));
    }

    @Test
    void aProcessIsSeenByItsEnvironment() throws Exception {
        ProcessBuilder sleep = sleepElsewhere();
        sleep.environment().put("SCRATCH", folder.resolve("scratch").toString());
        assertThatItIsSeen(sleep);
    }

    @Test
    void aProcessIsSeenByItsCommandLine() throws Exception {
        assertThatItIsSeen(new ProcessBuilder("sh", "-c", "sleep 60; :", folder.toString()).directory(new File("/")));
    }

    @Test
    void oneThatSaysNothingOfTheFolderIsNot() throws Exception {
        Process other = sleepElsewhere().start();
        try {
            assertThat(ProcessesOf.folder(folder).now()).isEmpty();
        } finally {
            other.destroyForcibly();
        }
    }

    private static ProcessBuilder sleepElsewhere() {
        return new ProcessBuilder("sleep", "60").directory(new File("/"));
    }

    /** The process is there with another command line until it has become what it is to be. */
    private void assertThatItIsSeen(ProcessBuilder builder) throws Exception {
        ProcessesOf processes = ProcessesOf.folder(folder);
        Process process = builder.start();
        try {
            TestStore.await(
                    "it to be seen",
                    Duration.ofSeconds(10),
                    () -> processes.now().stream().anyMatch(seen -> seen.pid() == process.pid()));
            processes.awaitNone(Set.of(process.pid()));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        processes.awaitNone(Set.of());
    }
}
