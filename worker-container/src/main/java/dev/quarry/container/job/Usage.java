package dev.quarry.container.job;

/** What the job has used so far, for the heartbeat. */
public record Usage(int itemsDone, long peakMemoryMb, long peakDiskMb, double cpuSeconds) {}
