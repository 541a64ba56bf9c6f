package dev.quarry.activity.control;

/**
 * Where an attempt stands.
 *
 * @param silentMillis since claim, renew or results, whichever was last; since open while PENDING
 */
public record AttemptState(String attempt, Attempt.State state, long silentMillis) {}
