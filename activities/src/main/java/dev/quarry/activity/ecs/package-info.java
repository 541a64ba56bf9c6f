/** Jobs on an Amazon ECS cluster: one task an attempt, followed by one sweep of bulk reads for all of them. */
@NullMarked
package dev.quarry.activity.ecs;

import org.jspecify.annotations.NullMarked;
