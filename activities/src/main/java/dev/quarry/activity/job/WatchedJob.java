package dev.quarry.activity.job;

import java.time.Duration;

/**
 * A job to follow.
 *
 * @param attempt its attempt's id at the API, whose silence is looked at
 * @param pendingDeadline how long an attempt may stay unclaimed
 * @param silence how long a claimed attempt may say nothing
 */
public record WatchedJob(
        JobId id, String tenant, String attempt, Duration pendingDeadline, Duration silence, Duration maxRuntime) {}
