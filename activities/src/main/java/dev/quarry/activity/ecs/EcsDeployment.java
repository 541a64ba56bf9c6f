package dev.quarry.activity.ecs;

import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.ecs.model.Compatibility;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** What the deployment has registered, looked at before the first job: every job of a wrong definition would fail alike. */
record EcsDeployment(EcsConfig config, EcsCluster cluster) {
    private static final String TIMEOUT = "/usr/bin/timeout";
    /** What follows is a job's command, which begins with its time: no other word may stand between. */
    private static final Set<List<String>> ENTRY_POINTS = Set.of(List.of(TIMEOUT), List.of(TIMEOUT, "--signal=TERM"));

    /** @throws IllegalArgumentException that says what is wrong with which definition, and what it should be */
    void check() {
        config.images().values().stream().distinct().forEach(this::check);
        // Which says whether the cluster is there, and we may look at it.
        cluster.running("quarry");
    }

    private void check(EcsImage image) {
        TaskDefinition definition = cluster.definition(image.taskDefinition());
        ContainerDefinition container = definition.containerDefinitions().stream()
                .filter(candidate -> candidate.name().equals(image.container()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(named(image) + " has no container " + image.container()
                        + ", only " + names(definition) + "; set QUARRY_ECS_CONTAINER to the one that runs the agent"));
        if (Boolean.FALSE.equals(container.essential())) {
            throw wrong(image, "is not essential, so that its end would not end the task");
        }
        if (!ENTRY_POINTS.contains(container.entryPoint())) {
            throw wrong(
                    image,
                    "has the entry point " + container.entryPoint()
                            + "; make it [\"/usr/bin/timeout\", \"--signal=TERM\"], which ends jobs that run too long");
        }
        if (container.memory() != null) {
            throw wrong(
                    image, "has a memory limit of its own, " + container.memory() + " MB; leave it to each job's size");
        }
        checkPlace(image, definition);
        checkNetwork(image, definition);
    }

    private void checkPlace(EcsImage image, TaskDefinition definition) {
        if (config.capacity().isFargate() && !definition.compatibilities().contains(Compatibility.FARGATE)) {
            throw new IllegalArgumentException(
                    named(image) + " runs on " + definition.compatibilitiesAsStrings()
                            + " alone; register it for Fargate, or set QUARRY_ECS_LAUNCH_TYPE=EC2, or QUARRY_ECS_CAPACITY_PROVIDERS to those of instances");
        }
    }

    private void checkNetwork(EcsImage image, TaskDefinition definition) {
        boolean vpc = definition.networkMode() == NetworkMode.AWSVPC;
        boolean subnets = !config.network().subnets().isEmpty();
        if (vpc && !subnets) {
            throw new IllegalArgumentException(
                    named(image) + " has network mode awsvpc; set QUARRY_ECS_SUBNETS to where its tasks may run");
        }
        if (!vpc && config.capacity().isFargate()) {
            throw new IllegalArgumentException(
                    named(image) + " has network mode " + mode(definition) + "; register it with awsvpc for Fargate");
        }
        if (!vpc && subnets) {
            throw new IllegalArgumentException(named(image) + " has network mode " + mode(definition)
                    + ", which takes no subnets; unset QUARRY_ECS_SUBNETS, or register it with awsvpc");
        }
    }

    /** One that says none has Docker's default. */
    private static String mode(TaskDefinition definition) {
        return definition.networkMode() == null ? "bridge" : definition.networkModeAsString();
    }

    private static List<String> names(TaskDefinition definition) {
        return definition.containerDefinitions().stream()
                .map(ContainerDefinition::name)
                .toList();
    }

    private static IllegalArgumentException wrong(EcsImage image, String what) {
        return new IllegalArgumentException(named(image) + ": container " + image.container() + " " + what);
    }

    private static String named(EcsImage image) {
        return "ECS task definition " + image.taskDefinition();
    }
}
