package dev.quarry.activity.nomad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hashicorp.nomad.javasdk.NomadJson;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.Ticket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NomadJobTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static NomadConfig config(NomadConfig.Driver driver) {
        return new NomadConfig(
                URI.create("http://127.0.0.1:4646"),
                null,
                "default",
                false,
                false,
                driver,
                Map.of("quarry-agent", "registry.example/quarry-agent@sha256:00"),
                null,
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                Duration.ofMinutes(15));
    }

    private static JobSpec spec(String image) {
        return new JobSpec(
                new JobId("q-unit-1"),
                "demo",
                image,
                List.of(),
                "http://api",
                new Ticket("qt_secret-of-this-job"),
                500,
                256,
                1000,
                Duration.ofSeconds(90),
                "gpu",
                Map.of("workflow", "index/demo/docs/g1/u1"),
                false,
                Map.of());
    }

    private static JsonNode json(NomadConfig.Driver driver) throws Exception {
        return JSON.readTree(NomadJson.serialize(new NomadJob(config(driver), "default").of(spec("quarry-agent"))));
    }

    @Test
    void nomadNeverRunsAnAttemptAgain() throws Exception {
        JsonNode group = json(NomadConfig.Driver.docker).at("/TaskGroups/0");
        assertThat(group.at("/RestartPolicy/Attempts").asInt(-1)).isZero();
        assertThat(group.at("/RestartPolicy/Mode").asText()).isEqualTo("fail");
        assertThat(group.at("/ReschedulePolicy/Attempts").asInt(-1)).isZero();
        assertThat(group.at("/ReschedulePolicy/Unlimited").asBoolean(true)).isFalse();
        assertThat(group.at("/Disconnect/Replace").asBoolean(true)).isFalse();
    }

    @Test
    void aContainersSpecConfinesIt() throws Exception {
        for (NomadConfig.Driver driver : List.of(NomadConfig.Driver.docker, NomadConfig.Driver.podman)) {
            JsonNode task = json(driver).at("/TaskGroups/0/Tasks/0/Config");
            assertThat(task.path("readonly_rootfs").asBoolean()).isTrue();
            assertThat(task.path("cap_drop").get(0).asText()).isEqualTo("all");
            assertThat(task.path("security_opt").get(0).asText()).isEqualTo("no-new-privileges");
            assertThat(task.path("pids_limit").asInt()).isPositive();
            assertThat(json(driver).at("/TaskGroups/0/Tasks/0/User").asText()).isEqualTo("10001:10001");
        }
    }

    @Test
    void theImageIsBuiltForTheSameUserAndProgram() throws Exception {
        String built = Files.readString(Path.of("../worker-container/Containerfile"));
        JsonNode task = json(NomadConfig.Driver.docker).at("/TaskGroups/0/Tasks/0");
        assertThat(built).contains("USER " + task.path("User").asText() + "\n");
        JsonNode words = task.at("/Config/args");
        assertThat(built)
                .contains("ENTRYPOINT [\"" + words.get(words.size() - 1).asText() + "\"]\n");
    }

    @Test
    void aPlainProcessKeepsTheUserOfNomadsClient() throws Exception {
        assertThat(json(NomadConfig.Driver.raw_exec)
                        .at("/TaskGroups/0/Tasks/0/User")
                        .isTextual())
                .isFalse();
    }

    @Test
    void scratchIsOnTheDiskThatItWasPlacedByAndOnlyTmpIsMemory() throws Exception {
        assertThat(json(NomadConfig.Driver.docker)
                        .at("/TaskGroups/0/Tasks/0/Env/QUARRY_SCRATCH")
                        .asText())
                .isEqualTo("${NOMAD_TASK_DIR}");
        JsonNode mounts = json(NomadConfig.Driver.docker).at("/TaskGroups/0/Tasks/0/Config/mount");
        assertThat(mounts).hasSize(1);
        assertThat(mounts.at("/0/type").asText()).isEqualTo("tmpfs");
        assertThat(mounts.at("/0/target").asText()).isEqualTo("/tmp");
        assertThat(mounts.at("/0/tmpfs_options/0/size").asInt()).isEqualTo(64 << 20);
        JsonNode tmpfs = json(NomadConfig.Driver.podman).at("/TaskGroups/0/Tasks/0/Config/tmpfs");
        assertThat(tmpfs).hasSize(1);
        assertThat(tmpfs.at("/0").asText()).startsWith("/tmp:size=67108864,");
    }

    @Test
    void theImagesOwnEntryPointDoesNotComeBeforeTheTimeLimit() throws Exception {
        for (NomadConfig.Driver driver : List.of(NomadConfig.Driver.docker, NomadConfig.Driver.podman)) {
            JsonNode task = json(driver).at("/TaskGroups/0/Tasks/0/Config");
            assertThat(task.path("entrypoint").get(0).asText()).isEqualTo("/usr/bin/timeout");
            assertThat(task.path("command").isMissingNode()).isTrue();
            assertThat(task.path("args"))
                    .extracting(JsonNode::asText)
                    .containsExactly(
                            "--signal=TERM",
                            "90",
                            "/usr/bin/timeout",
                            "--foreground",
                            "--kill-after=20",
                            "0",
                            "/opt/quarry/bin/quarry-agent");
        }
    }

    @Test
    void equalSpecsGiveTheSameBytes() throws Exception {
        assertThat(json(NomadConfig.Driver.docker).toString())
                .isEqualTo(json(NomadConfig.Driver.docker).toString());
    }

    /**
     * Against the order of {@code Map.of}, which differs from JVM to JVM, and so may that of an object's properties: the SDK's classes are looked at by
     * reflection. Nomad compares what it has parsed. Changed on purpose only: see the servers before 1.8.
     */
    @Test
    void equalSpecsSayTheSameInEveryJvm() throws Exception {
        String told = NomadJson.serialize(
                new NomadJob(config(NomadConfig.Driver.docker), "default").of(spec("quarry-agent")));
        assertThat(JSON.readTree(told))
                .isEqualTo(JSON.readTree(Files.readString(Path.of("src/test/resources/nomad-job.json"))));
    }

    @Test
    void theTicketIsInTheEnvironmentAndNowhereElse() throws Exception {
        String whole = json(NomadConfig.Driver.docker).toString();
        assertThat(whole.split("qt_secret-of-this-job", -1)).hasSize(2);
        assertThat(json(NomadConfig.Driver.docker)
                        .at("/TaskGroups/0/Tasks/0/Env/QUARRY_TICKET")
                        .asText())
                .isEqualTo("qt_secret-of-this-job");
    }

    @Test
    void itIsSizedAndPlacedAsTheLaneSays() throws Exception {
        JsonNode job = json(NomadConfig.Driver.docker);
        assertThat(job.at("/TaskGroups/0/Tasks/0/Resources/CPU").asInt()).isEqualTo(500);
        assertThat(job.at("/TaskGroups/0/Tasks/0/Resources/MemoryMB").asInt()).isEqualTo(256);
        assertThat(job.at("/TaskGroups/0/EphemeralDisk/SizeMB").asInt()).isGreaterThanOrEqualTo(1000);
        assertThat(job.at("/Constraints/0/RTarget").asText()).isEqualTo("gpu");
        assertThat(job.at("/Meta/workflow").asText()).isEqualTo("index/demo/docs/g1/u1");
    }

    @Test
    void anImageThatIsNotConfiguredIsRejectedByName() {
        assertThatThrownBy(() -> new NomadJob(config(NomadConfig.Driver.docker), "default").of(spec("faces")))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining("faces");
    }

    @Test
    void timesThatAreNotPositiveAreRefusedByName() {
        assertThatThrownBy(() -> config(Duration.ZERO, Duration.ofSeconds(5)))
                .hasMessageContaining("QUARRY_STOP_GRACE");
        assertThatThrownBy(() -> config(Duration.ofSeconds(20), Duration.ofSeconds(-1)))
                .hasMessageContaining("QUARRY_NOMAD_TIMEOUT");
    }

    private static NomadConfig config(Duration grace, Duration timeout) {
        NomadConfig good = config(NomadConfig.Driver.docker);
        return new NomadConfig(
                good.address(),
                null,
                "default",
                false,
                false,
                good.driver(),
                good.images(),
                null,
                grace,
                timeout,
                Duration.ofMinutes(15));
    }

    @Test
    void badConfigurationSaysWhatToSet() {
        assertThatThrownBy(() -> new NomadConfig(
                        URI.create("nomad.example:4646"),
                        null,
                        "default",
                        false,
                        false,
                        NomadConfig.Driver.docker,
                        Map.of("a", "b"),
                        null,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(15)))
                .hasMessageContaining("NOMAD_ADDR");
        assertThatThrownBy(() -> new NomadToken("with space")).hasMessageContaining("Nomad token");
        assertThat(new NomadToken("s3cret").toString()).doesNotContain("s3cret");
    }
}
