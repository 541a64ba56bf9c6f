package dev.quarry.activity.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.Ticket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

class EcsTaskTest {
    private static EcsConfig config(EcsCapacity capacity) {
        return new EcsConfig(
                "quarry",
                Map.of(
                        "quarry-agent",
                        new EcsImage("agent:7", "agent"),
                        EcsConfig.ANY_IMAGE,
                        new EcsImage("any", "main")),
                capacity,
                new EcsNetwork(List.of("subnet-1"), List.of("sg-1"), false),
                "/opt/quarry/bin/quarry-agent",
                Duration.ofSeconds(10),
                2500,
                Duration.ofSeconds(5),
                new CallRate(100, 40),
                new CallRate(100, 20),
                Duration.ofSeconds(10),
                null,
                null);
    }

    private static final EcsTask FARGATE =
            new EcsTask(config(new EcsCapacity(EcsCapacity.LaunchType.FARGATE, List.of())));
    private static final EcsTask INSTANCES =
            new EcsTask(config(new EcsCapacity(EcsCapacity.LaunchType.EC2, List.of())));

    private static JobSpec spec(int cpuMhz, int memoryMb, int diskMb, @Nullable String nodeClass) {
        return new JobSpec(
                new JobId("q-00000000-0000-0000-0000-000000000000-1"),
                "demo",
                "quarry-agent",
                List.of(),
                "http://api",
                new Ticket("qt_secret"),
                cpuMhz,
                memoryMb,
                diskMb,
                Duration.ofMinutes(10),
                nodeClass,
                Map.of(
                        "workflow",
                        "index/demo/docs/g1/u1",
                        "store",
                        "a\nb\"c",
                        "workflow-url",
                        "https://temporal.example/namespaces/default/workflows/index%2Fdemo"),
                false,
                Map.of());
    }

    private static TaskOverride override(EcsTask task, int cpuMhz, int memoryMb, int diskMb)
            throws JobRejectedException {
        return task.of(spec(cpuMhz, memoryMb, diskMb, null)).overrides();
    }

    @Test
    void theTokenIsTheJobsIdAndEqualSpecsGiveEqualCalls() throws Exception {
        RunTaskRequest request = FARGATE.of(spec(1000, 1024, 100, null));
        assertThat(request.clientToken()).isEqualTo("q-00000000-0000-0000-0000-000000000000-1");
        assertThat(request.startedBy()).isEqualTo(request.clientToken());
        assertThat(FARGATE.of(spec(1000, 1024, 100, null))).isEqualTo(request);
    }

    @Test
    void theOverridesHoldIdsTheApisAddressAndTheTicketAndNoMore() throws Exception {
        ContainerOverride container =
                override(FARGATE, 1000, 1024, 100).containerOverrides().get(0);
        assertThat(container.name()).isEqualTo("agent");
        assertThat(container.command())
                .containsExactly(
                        "600",
                        "/usr/bin/timeout",
                        "--foreground",
                        "--kill-after=10",
                        "0",
                        "/opt/quarry/bin/quarry-agent");
        Map<String, String> environment =
                container.environment().stream().collect(Collectors.toMap(KeyValuePair::name, KeyValuePair::value));
        assertThat(environment)
                .containsOnlyKeys("QUARRY_API", "QUARRY_JOB_ID", "QUARRY_MEMORY_MB", "QUARRY_DISK_MB", "QUARRY_TICKET");
    }

    @Test
    void fargateGetsASizeThatItHas() throws Exception {
        TaskOverride override = override(FARGATE, 1000, 1500, 100);
        assertThat(override.cpu()).isEqualTo("512");
        assertThat(override.memory()).isEqualTo("2048");
        assertThat(override.ephemeralStorage()).isNull();
    }

    @Test
    void instancesGetExactlyWhatIsAsked() throws Exception {
        TaskOverride override = override(INSTANCES, 1000, 1500, 900_000);
        assertThat(override.cpu()).isEqualTo("410");
        assertThat(override.memory()).isEqualTo("1500");
        assertThat(override.ephemeralStorage()).isNull();
    }

    @Test
    void diskAboveWhatFargateGivesAnywayIsAskedForInGibibytesAndEndsAtTwoHundred() throws Exception {
        assertThat(override(FARGATE, 1, 1, 20 * 1024).ephemeralStorage()).isNull();
        assertThat(override(FARGATE, 1, 1, 20 * 1024 + 1).ephemeralStorage().sizeInGiB())
                .isEqualTo(21);
        assertThat(override(FARGATE, 1, 1, 200 * 1024).ephemeralStorage().sizeInGiB())
                .isEqualTo(200);
        assertThatThrownBy(() -> override(FARGATE, 1, 1, 200 * 1024 + 1))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining("200 GiB")
                .hasMessageContaining("201");
    }

    @Test
    void whatFargateHasNoSizeForIsRejected() {
        assertThatThrownBy(() -> override(FARGATE, 1000, 122_881, 1))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining("122881 MB");
        assertThatThrownBy(() -> override(FARGATE, 50_000, 1024, 1)).isInstanceOf(JobRejectedException.class);
    }

    @Test
    void aNodeClassIsAConstraintOnInstancesAndNothingThatFargateHas() throws Exception {
        RunTaskRequest request = INSTANCES.of(spec(1, 64, 1, "gpu"));
        assertThat(request.placementConstraints().get(0).expression()).isEqualTo("attribute:quarry.node-class == gpu");
        assertThatThrownBy(() -> FARGATE.of(spec(1, 64, 1, "gpu")))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining("gpu");
    }

    @Test
    void capacityProvidersTakeTheLaunchTypesPlace() throws Exception {
        EcsTask spot = new EcsTask(
                config(EcsCapacity.of(EcsCapacity.LaunchType.FARGATE, List.of("FARGATE:1:2", "FARGATE_SPOT:4"))));
        RunTaskRequest request = spot.of(spec(1, 64, 1, null));
        assertThat(request.launchType()).isNull();
        assertThat(request.capacityProviderStrategy())
                .extracting(item -> item.capacityProvider() + " " + item.weight() + " " + item.base())
                .containsExactly("FARGATE 1 2", "FARGATE_SPOT 4 0");
        assertThat(request.overrides().memory()).isEqualTo("512");
    }

    @Test
    void tagsHoldOnlyWhatEcsAllowsInThem() throws Exception {
        assertThat(FARGATE.of(spec(1, 1, 1, null)).tags())
                .extracting(tag -> tag.key() + "=" + tag.value())
                .containsExactly("quarry:store=a_b_c", "quarry:workflow=index/demo/docs/g1/u1");
    }

    @Test
    void aTaskInAJobsPlaceHasItsTokenAndNeitherTicketNorAgent() {
        RunTaskRequest request = FARGATE.neverToRun(new JobId("q-1"));
        assertThat(request.clientToken()).isEqualTo("q-1");
        assertThat(request.toString()).doesNotContain("qt_").doesNotContain("quarry-agent");
    }
}
