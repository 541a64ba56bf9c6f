package dev.quarry.proxy.run;

import dev.quarry.proxy.problem.Problem;

/** Numbers of repeatable calls: the last one again is a replay, the next one is new, any other comes from a stale or broken caller. */
public final class Sequence {
    private Sequence() {}

    /** @throws Problem 409 stale_seq */
    public static boolean isReplay(int last, int seq) {
        if (seq == last) {
            return true;
        }
        if (seq != last + 1) {
            throw Problem.conflict(
                    "stale_seq", "seq " + seq + " is neither the last one, " + last + ", nor the next, " + (last + 1));
        }
        return false;
    }
}
