package dev.quarry.activity.ecs;

import io.github.bucket4j.Bucket;

/**
 * How often a group of calls may be made, as AWS limits it: by a bucket of {@code burst} tokens that fills at a steady rate.
 */
public record CallRate(long burst, long perSecond) {
    public CallRate {
        if (burst <= 0 || perSecond <= 0) {
            throw new IllegalArgumentException(
                    "a rate of ECS calls must be more than 0, not " + burst + " at once and "
                            + perSecond
                            + " per second; set QUARRY_ECS_MODIFY_BURST, QUARRY_ECS_MODIFY_RATE, QUARRY_ECS_READ_BURST and QUARRY_ECS_READ_RATE");
        }
    }

    Bucket bucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, java.time.Duration.ofSeconds(1)))
                .build();
    }
}
