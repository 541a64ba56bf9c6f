package dev.quarry.activity.job;

import java.time.Duration;
import java.util.List;

/**
 * The run time of a program that nobody but itself looks after, as the arguments of coreutils' timeout. At its end the program is told to
 * stop, and killed if it has not after a grace period.
 *
 * @param grace between SIGTERM and SIGKILL
 */
public record RunTime(Duration limit, Duration grace) {
    /** Exit code of timeout for a program whose time was over. */
    public static final int OVER = 124;

    /**
     * What comes before the program's own arguments. A timeout that kills says 137, as if memory had run out: so the inner one kills, its
     * group spared, and the outer one, whose time it was, says {@link #OVER}.
     */
    public List<String> of(String program) {
        return List.of(
                seconds(limit), "/usr/bin/timeout", "--foreground", "--kill-after=" + seconds(grace), "0", program);
    }

    /** Rounded down as ever; none at all would be no limit. */
    private static String seconds(Duration time) {
        return Long.toString(Math.max(1, time.toSeconds()));
    }
}
