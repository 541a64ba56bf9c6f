package dev.quarry.activity.ecs;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where jobs run and as what. Credentials are what the AWS SDK finds by itself.
 *
 * @param cluster name or ARN; it must exist
 * @param images what each image of a lane is on this cluster; {@link #ANY_IMAGE} stands for all that are not named
 * @param program the agent's path in those images
 * @param grace between SIGTERM and SIGKILL for a task whose time is over; one that is stopped has the task definition's stopTimeout
 * @param vcpuMhz what a vCPU counts as
 * @param sweep time between two readings of all jobs, and so the longest time until an end is seen
 * @param modify rate of RunTask and StopTask together, which the account shares with everybody else in its region
 * @param read rate of DescribeTasks and ListTasks together, shared likewise
 * @param callTimeout of one request
 * @param endpoint null for what the AWS SDK finds: AWS_ENDPOINT_URL_ECS, AWS_ENDPOINT_URL, else the region's
 * @param region null for what the AWS SDK finds: AWS_REGION, a profile, the instance's own
 */
public record EcsConfig(
        String cluster,
        Map<String, EcsImage> images,
        EcsCapacity capacity,
        EcsNetwork network,
        String program,
        Duration grace,
        int vcpuMhz,
        Duration sweep,
        CallRate modify,
        CallRate read,
        Duration callTimeout,
        @Nullable URI endpoint,
        @Nullable String region) {
    public static final String ANY_IMAGE = "*";

    public EcsConfig {
        if (cluster.isBlank()) {
            throw new IllegalArgumentException("the ECS cluster is empty; set QUARRY_ECS_CLUSTER to its name or ARN");
        }
        if (images.isEmpty()) {
            throw new IllegalArgumentException(
                    "no task definition is known to the ECS backend; set QUARRY_ECS_TASK_DEFINITION to the one that runs the agent, as family or family:revision");
        }
        if (program.isBlank()) {
            throw new IllegalArgumentException(
                    "the agent's path is empty; set QUARRY_ECS_AGENT to where it lies in the image");
        }
        positive("QUARRY_STOP_GRACE", grace.toMillis());
        positive("QUARRY_ECS_VCPU_MHZ", vcpuMhz);
        positive("QUARRY_ECS_SWEEP", sweep.toMillis());
        positive("QUARRY_ECS_TIMEOUT", callTimeout.toMillis());
        images = Map.copyOf(images);
    }

    static void positive(String setting, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(setting + " must be more than 0, not " + value);
        }
    }

    @Nullable
    EcsImage image(String name) {
        return images.getOrDefault(name, images.get(ANY_IMAGE));
    }
}
