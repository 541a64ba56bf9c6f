package dev.quarry.activity;

import dev.quarry.activity.ecs.CallRate;
import dev.quarry.activity.ecs.EcsCapacity;
import dev.quarry.activity.ecs.EcsConfig;
import dev.quarry.activity.ecs.EcsImage;
import dev.quarry.activity.ecs.EcsNetwork;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the worker is told of its ECS cluster, if that is its backend. Credentials are the AWS SDK's settings. */
@SuppressWarnings("NullAway.Init") // picocli fills the fields in
final class EcsOptions {
    private static final String IMAGE = "QUARRY_ECS_TASK_DEFINITION_";

    @Option(
            names = "--ecs-cluster",
            defaultValue = "${env:QUARRY_ECS_CLUSTER:-default}",
            description = "QUARRY_ECS_CLUSTER: name or ARN (default: default)")
    String cluster;

    @Option(
            names = "--ecs-task-definition",
            defaultValue = "${env:QUARRY_ECS_TASK_DEFINITION}",
            description =
                    "QUARRY_ECS_TASK_DEFINITION: family or family:revision, for every image without a QUARRY_ECS_TASK_DEFINITION_<NAME>")
    @Nullable
    String taskDefinition;

    @Option(
            names = "--ecs-container",
            defaultValue = "${env:QUARRY_ECS_CONTAINER:-agent}",
            description = "QUARRY_ECS_CONTAINER: the one in them that runs the agent (default: agent)")
    String container;

    @Option(
            names = "--ecs-agent",
            defaultValue = "${env:QUARRY_ECS_AGENT:-/opt/quarry/bin/quarry-agent}",
            description = "QUARRY_ECS_AGENT: the agent's path in it (default: /opt/quarry/bin/quarry-agent)")
    String agent;

    @Option(
            names = "--ecs-launch-type",
            defaultValue = "${env:QUARRY_ECS_LAUNCH_TYPE:-FARGATE}",
            description = "QUARRY_ECS_LAUNCH_TYPE: ${COMPLETION-CANDIDATES} (default: FARGATE)")
    EcsCapacity.LaunchType launchType;

    @Option(
            names = "--ecs-capacity-providers",
            split = ",",
            defaultValue = "${env:QUARRY_ECS_CAPACITY_PROVIDERS}",
            description =
                    "QUARRY_ECS_CAPACITY_PROVIDERS: instead of a launch type, name[:weight[:base]] of each, e.g. FARGATE:1:1,FARGATE_SPOT:4")
    @Nullable
    List<String> capacityProviders;

    @Option(
            names = "--ecs-subnets",
            split = ",",
            defaultValue = "${env:QUARRY_ECS_SUBNETS}",
            description = "QUARRY_ECS_SUBNETS: of the tasks, where their network mode is awsvpc, as on Fargate")
    @Nullable
    List<String> subnets;

    @Option(
            names = "--ecs-security-groups",
            split = ",",
            defaultValue = "${env:QUARRY_ECS_SECURITY_GROUPS}",
            description = "QUARRY_ECS_SECURITY_GROUPS: likewise (default: the VPC's)")
    @Nullable
    List<String> securityGroups;

    @Option(
            names = "--ecs-public-address",
            defaultValue = "${env:QUARRY_ECS_PUBLIC_ADDRESS:-false}",
            description = "QUARRY_ECS_PUBLIC_ADDRESS: whether tasks get one (default: false)")
    boolean publicAddress;

    @Option(
            names = "--ecs-vcpu-mhz",
            defaultValue = "${env:QUARRY_ECS_VCPU_MHZ:-2500}",
            description = "QUARRY_ECS_VCPU_MHZ: what a vCPU counts as (default 2500)")
    int vcpuMhz;

    @Option(
            names = "--ecs-sweep",
            defaultValue = "${env:QUARRY_ECS_SWEEP:-PT5S}",
            description = "QUARRY_ECS_SWEEP: time between two readings of all jobs, a call a hundred (default PT5S)")
    Duration sweep;

    @Option(
            names = "--ecs-modify-burst",
            defaultValue = "${env:QUARRY_ECS_MODIFY_BURST:-100}",
            description = "QUARRY_ECS_MODIFY_BURST: RunTask and StopTask calls at once (default 100)")
    long modifyBurst;

    @Option(
            names = "--ecs-modify-rate",
            defaultValue = "${env:QUARRY_ECS_MODIFY_RATE:-40}",
            description = "QUARRY_ECS_MODIFY_RATE: and per second; Fargate starts 20 (default 40)")
    long modifyRate;

    @Option(
            names = "--ecs-read-burst",
            defaultValue = "${env:QUARRY_ECS_READ_BURST:-100}",
            description = "QUARRY_ECS_READ_BURST: DescribeTasks and ListTasks calls at once (default 100)")
    long readBurst;

    @Option(
            names = "--ecs-read-rate",
            defaultValue = "${env:QUARRY_ECS_READ_RATE:-20}",
            description = "QUARRY_ECS_READ_RATE: and per second (default 20)")
    long readRate;

    @Option(
            names = "--ecs-timeout",
            defaultValue = "${env:QUARRY_ECS_TIMEOUT:-PT10S}",
            description = "QUARRY_ECS_TIMEOUT: of one request to ECS (default PT10S)")
    Duration timeout;

    @Option(
            names = "--ecs-region",
            defaultValue = "${env:QUARRY_ECS_REGION}",
            description = "QUARRY_ECS_REGION: where its site differs from the AWS SDK's own settings (default: those)")
    @Nullable
    String region;

    @Option(
            names = "--ecs-endpoint",
            defaultValue = "${env:QUARRY_ECS_ENDPOINT}",
            description = "QUARRY_ECS_ENDPOINT: likewise (default: AWS_ENDPOINT_URL_ECS, else the region's)")
    @Nullable
    URI endpoint;

    EcsConfig config(Map<String, String> environment, Duration grace) {
        return new EcsConfig(
                cluster,
                images(environment),
                EcsCapacity.of(launchType, listed(capacityProviders)),
                new EcsNetwork(listed(subnets), listed(securityGroups), publicAddress),
                agent,
                grace,
                vcpuMhz,
                sweep,
                new CallRate(modifyBurst, modifyRate),
                new CallRate(readBurst, readRate),
                timeout,
                endpoint,
                region);
    }

    private static List<String> listed(@Nullable List<String> words) {
        return words == null ? List.of() : words;
    }

    private Map<String, EcsImage> images(Map<String, String> environment) {
        Map<String, EcsImage> images = new HashMap<>();
        ImageNames.in(environment, IMAGE)
                .forEach((name, definition) -> images.put(name, new EcsImage(definition, container)));
        if (taskDefinition != null) {
            images.put(EcsConfig.ANY_IMAGE, new EcsImage(taskDefinition, container));
        }
        return images;
    }
}
