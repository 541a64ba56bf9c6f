package dev.quarry.activity.control;

import org.jspecify.annotations.Nullable;

/**
 * Where an attempt stands.
 *
 * @param silentMillis since claim, renew or results, whichever was last; since open while PENDING
 * @param claimedMillis since claim; null if it was not claimed
 */
public record AttemptState(
        String attempt,
        Attempt.State state,
        long silentMillis,
        @Nullable Long claimedMillis) {}
