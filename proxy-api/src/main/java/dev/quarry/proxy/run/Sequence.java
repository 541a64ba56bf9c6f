package dev.quarry.proxy.run;

import dev.quarry.proxy.problem.Problem;

/** Numbers of repeatable calls. Those up to the last one are over and change nothing any more; the one after it is new. */
public final class Sequence {
    private Sequence() {}

    /**
     * Whether a call has had this number: its reply was lost, it comes late, or the workflow that makes it was reset.
     *
     * @throws Problem 409 stale_seq for a number that the caller cannot have come to
     */
    public static boolean isOver(int last, int seq) {
        if (seq < 1 || seq > last + 1) {
            throw Problem.conflict(
                    "stale_seq",
                    "seq " + seq + " is none of those that were used, 1 to " + last + ", nor the next, " + (last + 1));
        }
        return seq <= last;
    }
}
