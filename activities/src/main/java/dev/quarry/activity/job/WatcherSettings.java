package dev.quarry.activity.job;

import java.time.Duration;

/**
 * @param heartbeat time between two heartbeats of a waiting job
 * @param relist time between two readings of all jobs, and of their attempts' silence
 * @param unknownGrace how long a job may be UNKNOWN until it is LOST
 * @param overtimeGrace how long after its maximum run time a job is stopped that its backend did not end
 */
public record WatcherSettings(Duration heartbeat, Duration relist, Duration unknownGrace, Duration overtimeGrace) {}
