package dev.quarry.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.activity.control.ControlServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose environment cannot work ends at once, and says what to set. */
@Timeout(90)
class WorkerRefusalTest {
    @TempDir
    Path directory;

    private WorkerProcesses workers;
    private InMemoryTemporal temporal;

    @BeforeEach
    void start() throws Exception {
        temporal = new InMemoryTemporal();
        workers = new WorkerProcesses(directory, temporal.target(), new RunOfOneUnit());
    }

    @AfterEach
    void stop() throws Exception {
        workers.close();
        temporal.close();
        assertThat(workers.control().violations).isEmpty();
    }

    @Test
    void whatIsMissingInTheEnvironmentIsNamed() throws Exception {
        assertThat(workers.refusalWithout("QUARRY_CONTROL_URL"))
                .contains("--control-url")
                .contains("QUARRY_CONTROL_URL");
    }

    @Test
    void aWordThatIsNoSettingOfASiteIsRefusedWithItsFile() throws Exception {
        Path sites = workers.site("typo", "QUARRY_PROCESS_DIRR=/tmp");
        assertThat(workers.refusal(Map.of("QUARRY_SITES_DIR", sites.toString())))
                .contains("typo.properties")
                .contains("QUARRY_PROCESS_DIRR is no setting of a site");
    }

    @Test
    void aFolderWithoutSitesIsRefused() throws Exception {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThat(workers.refusal(Map.of("QUARRY_SITES_DIR", empty.toString())))
                .contains("no file <site>.properties");
    }

    @Test
    void aSiteWithoutTheJobApisAddressIsRefused() throws Exception {
        assertThat(workers.refusal(Map.of("QUARRY_JOB_URL", ""))).contains("QUARRY_JOB_URL is not set");
    }

    @Test
    void aNomadBackendThatKnowsNoImageIsRefusedWithWhatToSet() throws Exception {
        assertThat(workers.refusal(Map.of("QUARRY_BACKEND", "nomad"))).contains("QUARRY_NOMAD_IMAGE");
    }

    @Test
    void aBackendThatIsNoneOrForTestsAloneIsRefusedWithThoseThatThereAre() throws Exception {
        for (String backend : List.of("slurm", "memory")) {
            assertThat(workers.refusal(Map.of("QUARRY_BACKEND", backend)))
                    .contains("QUARRY_BACKEND", "process, nomad, ecs", "'" + backend + "'");
        }
    }

    @Test
    void aNumberOfSlotsThatIsNegativeIsRefusedByName() throws Exception {
        assertThat(workers.refusal(Map.of("QUARRY_PROCESS_SLOTS", "-1")))
                .contains("QUARRY_PROCESS_SLOTS is -1; set it to 0");
    }

    @Test
    void aNomadThatCannotBeReachedIsRefusedByItsAddress() throws Exception {
        assertThat(workers.refusal(Map.of(
                        "QUARRY_BACKEND", "nomad", "QUARRY_NOMAD_IMAGE", "any", "NOMAD_ADDR", "http://127.0.0.1:1")))
                .contains("127.0.0.1:1: ");
    }

    @Test
    void aClientThatTheApiDoesNotKnowIsRefusedAtStart() throws Exception {
        assertThat(workers.refusal(Map.of("QUARRY_CLIENT_ID", "nobody")))
                .contains("no token for client nobody", "401", "QUARRY_CLIENT_ID", "QUARRY_CLIENT_SECRET_FILE")
                .doesNotContain(ControlServer.SECRET);
    }

    @Test
    void aTemporalThatDoesNotAnswerIsRefusedByItsAddress() throws Exception {
        assertThat(workers.refusal(Map.of("QUARRY_TEMPORAL_TARGET", "127.0.0.1:1", "QUARRY_TEMPORAL_PATIENCE", "PT1S")))
                .contains("Temporal at 127.0.0.1:1 does not answer within PT1S", "QUARRY_TEMPORAL_TARGET");
    }

    @Test
    void anEcsBackendThatKnowsNoTaskDefinitionIsRefusedWithWhatToSet() throws Exception {
        assertThat(workers.refusal(Map.of("QUARRY_BACKEND", "ecs"))).contains("QUARRY_ECS_TASK_DEFINITION");
    }

    @Test
    void sizesOfEcsThatAreNotPositiveAreRefusedByName() throws Exception {
        assertThat(workers.refusal(Map.of(
                        "QUARRY_BACKEND", "ecs", "QUARRY_ECS_TASK_DEFINITION", "any", "QUARRY_ECS_VCPU_MHZ", "-1")))
                .contains("QUARRY_ECS_VCPU_MHZ")
                .contains("-1");
    }

    @Test
    void anEcsWithoutARegionIsRefusedWithWhatToSet() throws Exception {
        assertThat(workers.refusal(
                        Map.of("QUARRY_BACKEND", "ecs", "QUARRY_ECS_TASK_DEFINITION", "any", "AWS_REGION", "")))
                .contains("AWS_REGION");
    }

    @Test
    void anEcsWithoutCredentialsIsRefusedInOneShortLine() throws Exception {
        String log = workers.refusal(Map.of(
                "QUARRY_BACKEND",
                "ecs",
                "QUARRY_ECS_TASK_DEFINITION",
                "any",
                "AWS_REGION",
                "us-east-1",
                "AWS_SHARED_CREDENTIALS_FILE",
                "/dev/null",
                "AWS_CONFIG_FILE",
                "/dev/null"));
        assertThat(log).contains("Unable to load credentials").contains("the AWS credentials");
        assertThat(log.lines()).allMatch(line -> line.length() < 1000);
    }

    @Test
    void anEcsThatCannotBeReachedIsRefusedByItsAddress() throws Exception {
        assertThat(workers.refusal(Map.of(
                        "QUARRY_BACKEND",
                        "ecs",
                        "QUARRY_ECS_TASK_DEFINITION",
                        "any",
                        "AWS_REGION",
                        "us-east-1",
                        "AWS_ACCESS_KEY_ID",
                        "none",
                        "AWS_SECRET_ACCESS_KEY",
                        "none",
                        "AWS_ENDPOINT_URL_ECS",
                        "http://127.0.0.1:1")))
                .contains("127.0.0.1:1")
                .contains("AWS_ENDPOINT_URL_ECS");
    }

    @Test
    void aSettingThatAgentsDoNotHaveIsRefused() throws Exception {
        assertThat(workers.refusal(Map.of("QUARRY_AGENT_LOOKAHAED", "3")))
                .contains("QUARRY_AGENT_LOOKAHAED is no setting of agents", "LOOKAHEAD");
    }
}
