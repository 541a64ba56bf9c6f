package dev.quarry.activity.ecs;

import java.util.List;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.TaskDefinition;

/** What the deployment has registered, looked at before the first job: every job of a wrong definition would fail alike. */
record EcsDeployment(EcsConfig config, EcsCluster cluster) {
    private static final String ENTRY_POINT = "/usr/bin/timeout";

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
        if (container.entryPoint().isEmpty() || !container.entryPoint().get(0).equals(ENTRY_POINT)) {
            throw wrong(
                    image,
                    "has the entry point " + container.entryPoint()
                            + "; make it [\"/usr/bin/timeout\", \"--signal=TERM\"], which ends jobs that run too long");
        }
        if (container.memory() != null) {
            throw wrong(
                    image, "has a memory limit of its own, " + container.memory() + " MB; leave it to each job's size");
        }
        if (definition.networkMode() == NetworkMode.AWSVPC
                && config.network().subnets().isEmpty()) {
            throw new IllegalArgumentException(
                    named(image) + " has network mode awsvpc; set QUARRY_ECS_SUBNETS to where its tasks may run");
        }
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
