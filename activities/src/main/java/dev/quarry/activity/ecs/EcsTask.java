package dev.quarry.activity.ecs;

import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.RunTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.ecs.model.AssignPublicIp;
import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.ContainerOverride;
import software.amazon.awssdk.services.ecs.model.EphemeralStorage;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;
import software.amazon.awssdk.services.ecs.model.PlacementConstraint;
import software.amazon.awssdk.services.ecs.model.PlacementConstraintType;
import software.amazon.awssdk.services.ecs.model.RunTaskRequest;
import software.amazon.awssdk.services.ecs.model.Tag;
import software.amazon.awssdk.services.ecs.model.TaskOverride;

/**
 * The call of RunTask for a {@link JobSpec}. The job's id is its client token: a repeated call finds the first one's task. Equal specs
 * give equal calls, because ECS refuses another call under the same token.
 */
record EcsTask(EcsConfig config) {
    /** Group of a task that stands for a job which was stopped before it was submitted. */
    static final String NEVER_TO_RUN = "quarry-never-to-run";

    private static final String NODE_CLASS = "attribute:quarry.node-class == ";
    private static final int MB_OF_A_GIB = 1024;
    private static final int UNITS_OF_A_VCPU = 1024;
    /** What every Fargate task has without asking. */
    private static final int DEFAULT_DISK_GIB = 20;

    private static final int LARGEST_DISK_GIB = 200;
    /** ECS refuses less of both on instances, and Fargate has nothing smaller. */
    private static final int LEAST_UNITS = 128;

    private static final int LEAST_MEMORY_MB = 6;
    private static final FargateSize SMALLEST = new FargateSize(256, 512);
    private static final int TAG_VALUE = 256;

    RunTaskRequest of(JobSpec spec) throws JobRejectedException {
        EcsImage image = config.image(spec.image());
        if (image == null) {
            throw new JobRejectedException("no task definition is configured on ECS for image " + spec.image()
                    + ", only for " + config.images().keySet());
        }
        TaskOverride.Builder override = TaskOverride.builder().containerOverrides(container(spec, image));
        size(spec, override);
        RunTaskRequest.Builder task =
                request(spec.id(), image).tags(tags(spec.labels())).overrides(override.build());
        if (spec.nodeClass() != null) {
            task.placementConstraints(node(spec, spec.nodeClass()));
        }
        return task.build();
    }

    /** A task under the job's token that does nothing: a later call for the job itself meets a conflict, and finds this one. */
    RunTaskRequest neverToRun(JobId id) {
        EcsImage image = new TreeMap<>(config.images()).firstEntry().getValue();
        ContainerOverride nothing = ContainerOverride.builder()
                .name(image.container())
                .command("1", "/bin/true")
                .build();
        return request(id, image)
                .group(NEVER_TO_RUN)
                .overrides(TaskOverride.builder()
                        .cpu(Integer.toString(SMALLEST.cpu()))
                        .memory(Integer.toString(SMALLEST.memoryMb()))
                        .containerOverrides(nothing)
                        .build())
                .build();
    }

    private RunTaskRequest.Builder request(JobId id, EcsImage image) {
        RunTaskRequest.Builder task = RunTaskRequest.builder()
                .cluster(config.cluster())
                .clientToken(id.value())
                .startedBy(id.value())
                .taskDefinition(image.taskDefinition())
                .count(1);
        if (!config.network().subnets().isEmpty()) {
            task.networkConfiguration(network(config.network()));
        }
        List<EcsCapacity.Provider> providers = config.capacity().providers();
        return providers.isEmpty()
                ? task.launchType(
                        LaunchType.fromValue(config.capacity().launchType().name()))
                : task.capacityProviderStrategy(
                        providers.stream().map(EcsTask::strategy).toList());
    }

    private static CapacityProviderStrategyItem strategy(EcsCapacity.Provider provider) {
        return CapacityProviderStrategyItem.builder()
                .capacityProvider(provider.name())
                .weight(provider.weight())
                .base(provider.base())
                .build();
    }

    private static NetworkConfiguration network(EcsNetwork network) {
        return NetworkConfiguration.builder()
                .awsvpcConfiguration(vpc -> vpc.subnets(network.subnets())
                        .securityGroups(network.securityGroups())
                        .assignPublicIp(network.publicAddress() ? AssignPublicIp.ENABLED : AssignPublicIp.DISABLED))
                .build();
    }

    /** Overrides are readable by whoever may describe tasks: ids, the API's address, and a ticket that is worthless once used. */
    private ContainerOverride container(JobSpec spec, EcsImage image) {
        Map<String, String> environment = new TreeMap<>(spec.environment());
        environment.put("QUARRY_TICKET", spec.ticket().secret());
        List<KeyValuePair> pairs = new ArrayList<>();
        environment.forEach((name, value) ->
                pairs.add(KeyValuePair.builder().name(name).value(value).build()));
        return ContainerOverride.builder()
                .name(image.container())
                .command(timed(spec))
                .environment(pairs)
                .build();
    }

    /** What follows the container's entry point, which is timeout: ECS limits no task's run time. */
    private List<String> timed(JobSpec spec) {
        List<String> words = new ArrayList<>(new RunTime(spec.maxRuntime(), config.grace()).of(config.program()));
        words.addAll(spec.arguments());
        return words;
    }

    private void size(JobSpec spec, TaskOverride.Builder override) throws JobRejectedException {
        long units = (long) Math.ceil(spec.cpuMhz() * (double) UNITS_OF_A_VCPU / config.vcpuMhz());
        if (!config.capacity().isFargate()) {
            override.cpu(Long.toString(Math.max(LEAST_UNITS, units)))
                    .memory(Integer.toString(Math.max(LEAST_MEMORY_MB, spec.memoryMb())));
            return;
        }
        FargateSize size = FargateSize.atLeast(units, spec.memoryMb())
                .orElseThrow(() -> new JobRejectedException("Fargate has no size of " + units + " CPU units and "
                        + spec.memoryMb() + " MB; the largest is " + FargateSize.LARGEST));
        override.cpu(Integer.toString(size.cpu())).memory(Integer.toString(size.memoryMb()));
        int gib = (int) Math.ceil(spec.diskMb() / (double) MB_OF_A_GIB);
        if (gib > LARGEST_DISK_GIB) {
            throw new JobRejectedException("Fargate gives a task " + LARGEST_DISK_GIB + " GiB of disk at most, and job "
                    + spec.id() + " needs " + gib);
        }
        if (gib > DEFAULT_DISK_GIB) {
            override.ephemeralStorage(EphemeralStorage.builder().sizeInGiB(gib).build());
        }
    }

    private PlacementConstraint node(JobSpec spec, String nodeClass) throws JobRejectedException {
        if (config.capacity().isFargate()) {
            throw new JobRejectedException("job " + spec.id() + " needs a node of class " + nodeClass
                    + ", and Fargate has no nodes to choose from");
        }
        return PlacementConstraint.builder()
                .type(PlacementConstraintType.MEMBER_OF)
                .expression(NODE_CLASS + nodeClass)
                .build();
    }

    private static List<Tag> tags(Map<String, String> labels) {
        List<Tag> tags = new ArrayList<>();
        new TreeMap<>(labels).forEach((name, value) -> {
            // An address that is cut, or loses its percent signs, leads nowhere.
            if (!value.contains("://") || allowed(value).equals(value)) {
                tags.add(Tag.builder()
                        .key("quarry:" + name)
                        .value(allowed(value))
                        .build());
            }
        });
        return tags;
    }

    private static String allowed(String value) {
        String clean = value.replaceAll("[^\\p{L}\\p{N} _.:/=+@-]", "_");
        return clean.length() <= TAG_VALUE ? clean : clean.substring(0, TAG_VALUE);
    }
}
