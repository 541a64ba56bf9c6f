package dev.quarry.activity.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Where and how local jobs run.
 *
 * @param directory holds a directory per job; two workers may share it, but then each starts up to {@code slots} of those that it is asked about
 * @param slots jobs running at once; others are PENDING, in order
 * @param programs the executable behind each image
 * @param grace time between SIGTERM and SIGKILL
 * @param logCap bytes of a job's output that are kept
 * @param keep how long the directory of an ended job is kept
 */
public record ProcessConfig(
        Path directory, int slots, Map<String, Path> programs, Duration grace, long logCap, Duration keep) {
    public static final Duration GRACE = Duration.ofSeconds(10);
    public static final long LOG_CAP = 1024 * 1024;
    public static final Duration KEEP = Duration.ofHours(24);

    /** The image that stands for all that are not named. */
    public static final String ANY_IMAGE = "*";

    public ProcessConfig {
        if (slots < 1) {
            throw new IllegalArgumentException("at least one job must be able to run, not " + slots);
        }
        programs = Map.copyOf(programs);
    }
}
