package dev.quarry.activity.nomad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobBackendContract;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
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

    /** What the node says that it has, since raw_exec gives out nothing. */
    private static final int NODE_MB = 4000;

    private static final int MORE_THAN_HALF_MB = 3000;

    @TempDir
    private static Path agentFolder;

    private static @Nullable NomadAgent nomad;

    private final String own = UUID.randomUUID().toString().substring(0, 8);

    @BeforeAll
    static void startNomad() throws Exception {
        String client = "client {\n  memory_total_mb = " + NODE_MB + "\n}\n";
        nomad = NomadAgent.start(NomadAgent.program().orElseThrow(), agentFolder, client);
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
        JobSpec giant = ofMemory(100_000_000, spec("giant", "exit", "0"));
        JobHandle handle = backend.submit(giant);
        Waiting.until(() -> status(backend, handle).reason() != null, "the reason why it is not placed");
        assertThat(status(backend, handle).state()).isEqualTo(State.PENDING);
        assertThat(status(backend, handle).reason()).contains("memory");
        backend.stop("demo", giant.id(), Optional.of(handle));
        assertThat(end(backend, handle).state()).isEqualTo(State.STOPPED);
        assertThat(end(backend, handle).reason()).contains("memory");
    }

    private static JobSpec ofMemory(int memoryMb, JobSpec spec) {
        return new JobSpec(
                spec.id(),
                spec.tenant(),
                spec.image(),
                spec.arguments(),
                spec.apiAddress(),
                spec.ticket(),
                spec.cpuMhz(),
                memoryMb,
                spec.diskMb(),
                spec.maxRuntime(),
                spec.nodeClass(),
                spec.labels(),
                spec.proofOfPossession(),
                Map.of());
    }

    /** Where system jobs alone preempt, as in every open-source Nomad. It would start the evicted job again once there is room. */
    @Test
    void aJobThatIsEvictedForAnotherIsLostSaysSoAndStaysStopped() throws Exception {
        JobBackend backend = backend();
        Path ready = directory.resolve("ready");
        JobSpec evicted = ofMemory(MORE_THAN_HALF_MB, spec("evicted", "polite", ready.toString()));
        JobHandle handle = backend.submit(evicted);
        Waiting.until(() -> Files.exists(ready), "the polite program's start");
        String system = jobName("system");
        registerSystemJob(system);
        JobStatus end = end(backend, handle);
        assertThat(end.state()).isEqualTo(State.LOST);
        assertThat(end.exitCode()).isEqualTo(23);
        assertThat(end.reason()).contains("evicted", "Preempted by alloc ID");
        Files.delete(ready);
        backend.stop("demo", evicted.id(), Optional.of(handle));
        assertThat(Objects.requireNonNull(nomad).status("DELETE", "/v1/job/" + system, null, ""))
                .isEqualTo(200);
        JobHandle next = backend.submit(ofMemory(MORE_THAN_HALF_MB, spec("next", "exit", "0")));
        assertThat(end(backend, next).state()).isEqualTo(State.SUCCEEDED);
        assertThat(status(backend, handle).state()).isEqualTo(State.STOPPED);
        assertThat(ready).doesNotExist();
    }

    private static void registerSystemJob(String id) {
        String job = """
                {"Job": {"ID": "%1$s", "Name": "%1$s", "Type": "system", "Priority": 90, "Datacenters": ["*"],
                 "TaskGroups": [{"Name": "one", "Count": 1, "EphemeralDisk": {"SizeMB": 20}, "Tasks": [{
                  "Name": "one", "Driver": "raw_exec", "Config": {"command": "/bin/sleep", "args": ["60"]},
                  "LogConfig": {"MaxFiles": 1, "MaxFileSizeMB": 1}, "Resources": {"CPU": 100, "MemoryMB": %2$d}}]}]}}
                """.formatted(id, MORE_THAN_HALF_MB);
        assertThat(Objects.requireNonNull(nomad).status("PUT", "/v1/jobs", null, job))
                .isEqualTo(200);
    }

    private static NomadConfig ofTenants(@Nullable String nodePool) {
        NomadConfig good = Objects.requireNonNull(nomad).config(Map.of(MISBEHAVE, PROGRAM.toString()));
        return new NomadConfig(
                good.address(),
                null,
                nodePool == null ? "tenant-" : "default",
                nodePool == null,
                false,
                good.driver(),
                good.images(),
                nodePool,
                good.grace(),
                good.callTimeout(),
                good.idle());
    }

    @Test
    void aNodePoolThatIsNotThereIsRefusedAtTheStartAndIsNoFilesFaultLater() {
        try (NomadJobBackend backend = new NomadJobBackend(ofTenants("no-such-pool"))) {
            assertThatThrownBy(backend::reached)
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("no-such-pool")
                    .hasMessageContaining("QUARRY_NOMAD_NODE_POOL")
                    .hasMessageContaining("QUARRY_NOMAD_DRIVER");
            assertThatThrownBy(() -> backend.submit(spec("pool", "exit", "0")))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("nonexistent node pool");
            backend.stop("demo", id("pool"), Optional.empty());
        }
    }

    @Test
    void aDriverThatTheNamespaceDoesNotAllowIsRefusedAtTheStartAndHasNothingToStop() throws Exception {
        applyNamespace("{\"Name\": \"tenant-demo\", \"Capabilities\": {\"EnabledTaskDrivers\": [\"docker\"]}}");
        try (NomadJobBackend backend = new NomadJobBackend(ofTenants(null))) {
            assertThatThrownBy(backend::reached)
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("tenant-demo")
                    .hasMessageContaining("QUARRY_NOMAD_DRIVER");
            assertThatThrownBy(() -> backend.submit(spec("driver", "exit", "0")))
                    .isInstanceOf(JobRejectedException.class);
            backend.stop("demo", id("driver"), Optional.empty());
        } finally {
            assertThat(Objects.requireNonNull(nomad).status("DELETE", "/v1/namespace/tenant-demo", null, ""))
                    .isEqualTo(200);
        }
    }

    private static void applyNamespace(String namespace) {
        assertThat(Objects.requireNonNull(nomad).status("PUT", "/v1/namespace/tenant-demo", null, namespace))
                .isEqualTo(200);
    }

    @Test
    void aTenantWhoseNamespaceWasNeverMadeHasNothingToStop() {
        try (NomadJobBackend backend = new NomadJobBackend(ofTenants(null))) {
            assertThatThrownBy(() -> backend.submit(spec("nowhere", "exit", "0")))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("nonexistent namespace");
            assertThat(backend.find("demo", id("nowhere"))).isEmpty();
            backend.stop("demo", id("nowhere"), Optional.empty());
            backend.stop("demo", id("nowhere"), Optional.of(new JobHandle("tenant-demo/" + jobName("nowhere"))));
        }
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
                Duration.ofSeconds(1),
                Duration.ofMinutes(15));
        try (NomadJobBackend backend = new NomadJobBackend(nowhere)) {
            assertThatThrownBy(() -> backend.find("demo", new JobId("any")))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("http://127.0.0.1:1");
        }
    }
}
