package dev.quarry.activity.ecs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.activity.ecs.EcsCapacity.LaunchType;
import dev.quarry.activity.job.JobBackendException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;

/** A deployment that lacks something is refused before the first job, with what to set. */
@EnabledIf(
        value = "dev.quarry.activity.ecs.EcsEmulator#isThere",
        disabledReason = "there is no moto for the emulated ECS; ./quarry setup installs it")
@SuppressWarnings("NullAway.Init") // filled in before the tests
class EcsDeploymentTest {
    private static EcsEmulator ecs;

    @BeforeAll
    static void startEcs() throws Exception {
        ecs = EcsEmulator.start();
    }

    @AfterAll
    static void stopEcs() throws Exception {
        ecs.close();
    }

    private static EcsConfig config(
            String cluster, String definition, String container, LaunchType launchType, String... subnets) {
        EcsConfig good = ecs.config();
        return new EcsConfig(
                cluster,
                Map.of(EcsConfig.ANY_IMAGE, new EcsImage(definition, container)),
                new EcsCapacity(launchType, List.of()),
                new EcsNetwork(List.of(subnets), List.of(), false),
                good.program(),
                good.grace(),
                good.vcpuMhz(),
                good.sweep(),
                good.modify(),
                good.read(),
                good.callTimeout(),
                good.endpoint(),
                good.region());
    }

    private static void reach(String cluster, String definition, String container) {
        reach(config(cluster, definition, container, LaunchType.EC2));
    }

    private static void reach(EcsConfig config) {
        try (EcsJobBackend backend = new EcsJobBackend(config)) {
            backend.reached();
        }
    }

    private static String registered(String family, Consumer<ContainerDefinition.Builder> change, NetworkMode network) {
        return registered(family, change, network, List.of());
    }

    private static String registered(
            String family,
            Consumer<ContainerDefinition.Builder> change,
            NetworkMode network,
            List<Compatibility> compatibilities) {
        ContainerDefinition.Builder container = ContainerDefinition.builder()
                .name("agent")
                .image("any")
                .essential(true)
                .memoryReservation(64)
                .entryPoint("/usr/bin/timeout", "--signal=TERM");
        change.accept(container);
        try (EcsClient client = EcsClient.builder()
                .endpointOverride(ecs.address())
                .region(Region.US_EAST_1)
                .build()) {
            client.registerTaskDefinition(RegisterTaskDefinitionRequest.builder()
                    .family(family)
                    .networkMode(network)
                    .requiresCompatibilities(compatibilities)
                    .cpu("256")
                    .memory("512")
                    .containerDefinitions(List.of(container.build()))
                    .build());
        }
        return family;
    }

    @Test
    void whatIsAsItShouldBeIsAccepted() {
        reach(EcsEmulator.CLUSTER, EcsEmulator.DEFINITION, "agent");
        reach(EcsEmulator.CLUSTER, registered("good", container -> {}, NetworkMode.BRIDGE), "agent");
    }

    @Test
    void aClusterThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> reach("no-such-cluster", EcsEmulator.DEFINITION, "agent"))
                .isInstanceOf(JobBackendException.class)
                .hasMessageContaining("no-such-cluster")
                .hasMessageContaining("QUARRY_ECS_CLUSTER");
    }

    @Test
    void aTaskDefinitionThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> reach(EcsEmulator.CLUSTER, "no-such-definition", "agent"))
                .isInstanceOf(JobBackendException.class)
                .hasMessageContaining("no-such-definition")
                .hasMessageContaining("QUARRY_ECS_TASK_DEFINITION");
    }

    @Test
    void aContainerThatTheDefinitionLacksIsNamed() {
        isRefused(EcsEmulator.DEFINITION, "sidecar", "QUARRY_ECS_CONTAINER");
    }

    @Test
    void aContainerThatNothingEndsIsRefused() {
        isRefused(
                registered("untimed", container -> container.entryPoint("/bin/sh"), NetworkMode.BRIDGE),
                "agent",
                "/usr/bin/timeout");
        isRefused(
                registered("image", container -> container.entryPoint(List.of()), NetworkMode.BRIDGE),
                "agent",
                "/usr/bin/timeout");
    }

    /** A job's command begins with its time, so that another word would take its place. */
    @Test
    void anEntryPointWithOtherWordsIsRefused() {
        reach(
                EcsEmulator.CLUSTER,
                registered("bare", container -> container.entryPoint("/usr/bin/timeout"), NetworkMode.BRIDGE),
                "agent");
        isRefused(
                registered("hour", container -> container.entryPoint("/usr/bin/timeout", "3600"), NetworkMode.BRIDGE),
                "agent",
                "--signal=TERM");
        isRefused(
                registered(
                        "kill",
                        container -> container.entryPoint("/usr/bin/timeout", "--signal=KILL"),
                        NetworkMode.BRIDGE),
                "agent",
                "--signal=TERM");
    }

    @Test
    void aContainerWithAMemoryLimitOfItsOwnIsRefused() {
        isRefused(registered("limited", container -> container.memory(512), NetworkMode.BRIDGE), "agent", "512 MB");
    }

    @Test
    void aContainerWhoseEndDoesNotEndTheTaskIsRefused() {
        isRefused(
                registered("extra", container -> container.essential(false), NetworkMode.BRIDGE),
                "agent",
                "is not essential");
    }

    @Test
    void aNetworkThatNeedsSubnetsIsRefusedWithoutThem() {
        isRefused(registered("vpc", container -> {}, NetworkMode.AWSVPC), "agent", "QUARRY_ECS_SUBNETS");
    }

    @Test
    void subnetsForANetworkThatHasNoneAreRefused() {
        String bridge = registered("bridge", container -> {}, NetworkMode.BRIDGE);
        isRefused(config(EcsEmulator.CLUSTER, bridge, "agent", LaunchType.EC2, "subnet-1"), "unset QUARRY_ECS_SUBNETS");
    }

    @Test
    void fargateTakesADefinitionForFargateAlone() {
        String good = registered("fargate", container -> {}, NetworkMode.AWSVPC, List.of(Compatibility.FARGATE));
        reach(config(EcsEmulator.CLUSTER, good, "agent", LaunchType.FARGATE, "subnet-1"));
        isRefused(config(EcsEmulator.CLUSTER, good, "agent", LaunchType.FARGATE), "QUARRY_ECS_SUBNETS");
        String instances = registered("instances", container -> {}, NetworkMode.AWSVPC);
        isRefused(
                config(EcsEmulator.CLUSTER, instances, "agent", LaunchType.FARGATE, "subnet-1"),
                "QUARRY_ECS_LAUNCH_TYPE=EC2");
    }

    private static void isRefused(EcsConfig config, String word) {
        assertThatThrownBy(() -> reach(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(word);
    }

    private static void isRefused(String definition, String container, String word) {
        assertThatThrownBy(() -> reach(EcsEmulator.CLUSTER, definition, container))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(definition)
                .hasMessageContaining(word);
    }
}
