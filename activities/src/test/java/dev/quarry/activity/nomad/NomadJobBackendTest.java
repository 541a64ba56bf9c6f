package dev.quarry.activity.nomad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobBackendContract;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import dev.quarry.activity.job.Waiting;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** On a real Nomad, one for all tests: each has job ids of its own. */
@EnabledIf(value = "dev.quarry.activity.nomad.NomadAgent#isThere", disabledReason = "there is no nomad on the PATH")
class NomadJobBackendTest extends JobBackendContract {
    private static final Path PROGRAM =
            Path.of("src/test/resources/misbehave.sh").toAbsolutePath();

    @TempDir
    private static Path agentFolder;

    private static @Nullable NomadAgent nomad;

    private final String own = UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void startNomad() throws Exception {
        nomad = NomadAgent.start(NomadAgent.program().orElseThrow(), agentFolder);
    }

    @AfterAll
    static void stopNomad() throws Exception {
        if (nomad != null) {
            nomad.close();
        }
    }

    @Override
    protected JobBackend newBackend() {
        return new NomadJobBackend(Objects.requireNonNull(nomad).config(Map.of(MISBEHAVE, PROGRAM.toString())));
    }

    @Override
    protected String jobName(String name) {
        return name + "-" + own;
    }

    @Test
    void manyHandlesAreReadByListsWithTheSameResult() throws Exception {
        JobBackend backend = backend();
        List<JobHandle> handles = new ArrayList<>();
        for (int code = 0; code < 12; code++) {
            handles.add(backend.submit(spec("many-" + code, "exit", Integer.toString(code))));
        }
        handles.forEach(handle -> end(backend, handle));
        handles.add(new JobHandle("default/many-unknown"));
        assertThatTheyAreReadRight(backend, handles);
        Path gate = directory.resolve("gate");
        JobHandle running = backend.submit(spec("many-running", "wait", gate.toString()));
        untilRunning(backend, running);
        handles.add(running);
        for (int number = 0; number < 150; number++) {
            handles.add(new JobHandle("default/many-unknown-" + number));
        }
        assertThatTheyAreReadRight(backend, handles);
        assertThat(backend.statuses(handles))
                .extractingByKey(running)
                .extracting(JobStatus::state)
                .isEqualTo(State.RUNNING);
        Files.createFile(gate);
        end(backend, running);
    }

    private static void assertThatTheyAreReadRight(JobBackend backend, List<JobHandle> handles) {
        Map<JobHandle, JobStatus> statuses = backend.statuses(handles);
        for (int code = 1; code < 12; code++) {
            assertThat(statuses)
                    .extractingByKey(handles.get(code))
                    .extracting(JobStatus::exitCode)
                    .isEqualTo(code);
        }
        assertThat(statuses)
                .extractingByKey(handles.get(0))
                .extracting(JobStatus::state)
                .isEqualTo(State.SUCCEEDED);
        assertThat(statuses)
                .extractingByKey(handles.get(12))
                .extracting(JobStatus::state)
                .isEqualTo(State.UNKNOWN);
    }

    @Test
    void aJobThatNoNodeHasRoomForStaysPendingAndSaysWhatRanOut() throws Exception {
        JobBackend backend = backend();
        JobSpec small = spec("giant", "exit", "0");
        JobSpec giant = new JobSpec(
                small.id(),
                "demo",
                small.image(),
                small.arguments(),
                small.apiAddress(),
                small.ticket(),
                100,
                100_000_000,
                64,
                small.maxRuntime(),
                null,
                Map.of(),
                false);
        JobHandle handle = backend.submit(giant);
        Waiting.until(() -> status(backend, handle).reason() != null, "the reason why it is not placed");
        assertThat(status(backend, handle).state()).isEqualTo(State.PENDING);
        assertThat(status(backend, handle).reason()).contains("memory");
        backend.stop("demo", small.id(), Optional.of(handle));
        assertThat(end(backend, handle).state()).isEqualTo(State.STOPPED);
        assertThat(end(backend, handle).reason()).contains("memory");
    }

    @Test
    void aNomadThatIsNotThereIsAnErrorThatNamesIt() {
        NomadConfig gone = Objects.requireNonNull(nomad).config(Map.of(MISBEHAVE, PROGRAM.toString()));
        NomadConfig nowhere = new NomadConfig(
                URI.create("http://127.0.0.1:1"),
                null,
                gone.namespace(),
                false,
                false,
                gone.driver(),
                gone.images(),
                null,
                gone.grace(),
                Duration.ofSeconds(1));
        try (NomadJobBackend backend = new NomadJobBackend(nowhere)) {
            assertThatThrownBy(() -> backend.find("demo", new JobId("any")))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("http://127.0.0.1:1");
        }
    }
}
