package dev.quarry.activity.ecs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    private static EcsConfig config(String cluster, String definition, String container) {
        EcsConfig good = ecs.config();
        return new EcsConfig(
                cluster,
                Map.of(EcsConfig.ANY_IMAGE, new EcsImage(definition, container)),
                good.capacity(),
                good.network(),
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
        try (EcsJobBackend backend = new EcsJobBackend(config(cluster, definition, container))) {
            backend.reached();
        }
    }

    private static String registered(String family, Consumer<ContainerDefinition.Builder> change, NetworkMode network) {
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

    private static void isRefused(String definition, String container, String word) {
        assertThatThrownBy(() -> reach(EcsEmulator.CLUSTER, definition, container))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(definition)
                .hasMessageContaining(word);
    }
}
