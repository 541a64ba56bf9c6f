package dev.quarry.activity.ecs;

/**
 * What an image is on ECS: a task definition, which the deployment registers, and the container in it that the job is.
 *
 * @param taskDefinition family, family:revision or ARN
 */
public record EcsImage(String taskDefinition, String container) {
    public EcsImage {
        if (taskDefinition.isBlank()) {
            throw new IllegalArgumentException(
                    "an ECS task definition is empty; set QUARRY_ECS_TASK_DEFINITION to family or family:revision");
        }
        if (container.isBlank()) {
            throw new IllegalArgumentException(
                    "the container's name is empty; set QUARRY_ECS_CONTAINER to the one of the task definition");
        }
    }
}
