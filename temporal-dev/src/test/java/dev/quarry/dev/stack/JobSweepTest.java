package dev.quarry.dev.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JobSweepTest {
    @TempDir
    Path folder = Path.of("set by JUnit");

    private final List<Process> started = new ArrayList<>();
    private Path jobs = Path.of("set below");
    private Path job = Path.of("set below");

    @BeforeEach
    void place() throws IOException {
        jobs = folder.toRealPath().resolve("größe/jobs");
        job = Files.createDirectories(jobs.resolve("q-1-1"));
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    private Process start(Path where, Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    @Test
    void whoOnlyWorksInAJobsFolderIsLeftAlone() throws Exception {
        Process shell = start(job, Map.of("PWD", job.toString()), "sh", "-c", "sleep 600 & wait");
        while (shell.descendants().findAny().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(new JobSweep(jobs).find()).isEmpty();
        new JobSweep(jobs).run();
        assertThat(shell.isAlive()).isTrue();
        assertThat(shell.descendants()).isNotEmpty();
    }

    @Test
    void whoseHomeOrScratchIsAJobsIsEndedWithAllItStarted() throws Exception {
        Process shim = start(folder, Map.of("HOME", job + "/scratch"), "sleep", "600");
        Process agent =
                start(job, Map.of("QUARRY_SCRATCH", job + "/scratch"), "sh", "-c", "env -i sleep 600 & echo; wait");
        assertThat(agent.getInputStream().read()).isPositive();
        ProcessHandle child = agent.descendants().findAny().orElseThrow();

        new JobSweep(jobs).run();

        assertThat(shim.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.waitFor(10, TimeUnit.SECONDS)).isTrue();
        child.onExit().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aFolderThatBeginsLikeTheJobsIsAnother() throws Exception {
        Process other = start(folder, Map.of("HOME", jobs + "-of-others/q-1-1"), "sleep", "600");
        new JobSweep(jobs).run();
        assertThat(other.isAlive()).isTrue();
    }

    @Test
    void whatNomadPutsBetweenItselfAndATaskIsKnownWhateverItsBinaryIsCalled() throws Exception {
        Path binary = Files.copy(Path.of("/bin/sh").toRealPath(), folder.resolve("nomad-1.6.5"));
        Process executor = start(job, Map.of(), binary.toString(), "-c", "read line");
        assertThat(new JobSweep(jobs).find()).extracting(ProcessHandle::pid).containsExactly(executor.pid());

        Files.delete(binary);

        assertThat(new JobSweep(jobs).find()).extracting(ProcessHandle::pid).containsExactly(executor.pid());
    }
}
