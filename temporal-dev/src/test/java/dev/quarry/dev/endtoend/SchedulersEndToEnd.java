package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quarry.dev.corpus.ExpectedOutcomes;
import dev.quarry.dev.stack.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo on each scheduler: the same files end the same way, and Ctrl-C leaves nothing behind. */
@Timeout(600)
class SchedulersEndToEnd {
    private static final int FILES = 5_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"ecs", "nomad"})
    void theCorpusEndsAsTheListSays(String backend) throws Exception {
        assumeScheduler(backend);
        assumeTrue(
                Files.isDirectory(Installation.current().tools().resolve("corpus/jars")),
                "the corpus is not fetched: ./quarry setup --build does it");
        try (DemoProcess demo = DemoProcess.start("--state", folder.toString(), "--backend", backend)) {
            assertThat(demo.awaitLine("quarry: run "))
                    .startsWith("quarry: run COMPLETED_WITH_FAILURES listed=749 ")
                    .contains(" backend=" + backend + " ");
            assertThat(DemoResults.outcomes(DemoResults.api(folder)))
                    .isEqualTo(ExpectedOutcomes.ofTikaCorpus().byKey());
            demo.interrupt();
            assertThat(demo.exitCode()).isEqualTo(130);
            assertThat(demo.processesOn(folder)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "ecs", "nomad"})
    void fiveThousandOneLineFilesAreIndexed(String backend) throws Exception {
        assumeScheduler(backend);
        Path files = Files.createDirectory(folder.resolve("files"));
        for (int number = 0; number < FILES; number++) {
            Files.writeString(files.resolve(String.format("f%04d.txt", number)), "line " + number + "\n");
        }
        Path state = folder.resolve("state");
        try (DemoProcess demo =
                DemoProcess.start(files.toString(), "--state", state.toString(), "--once", "--backend", backend)) {
            assertThat(demo.exitCode()).as(String.join("\n", demo.lines())).isZero();
            assertThat(demo.awaitLine("quarry: run "))
                    .startsWith("quarry: run COMPLETED listed=5000 indexed=5000 no_content=0 ");
            assertThat(demo.processesOn(state)).isEmpty();
        }
    }

    private static void assumeScheduler(String backend) throws Exception {
        if (backend.equals("nomad")) {
            assumeTrue(NomadCluster.isThere(), "there is no nomad on the PATH");
        } else if (backend.equals("ecs")) {
            assumeTrue(EcsTasks.isThere(), "there is no moto for the emulated ECS; ./quarry setup installs it");
        }
    }
}
