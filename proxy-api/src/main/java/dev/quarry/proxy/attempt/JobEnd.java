package dev.quarry.proxy.attempt;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a job ended, as its scheduler says.
 *
 * @param exitCode the agent's own exit code, if it exited by itself
 * @param reason the cluster's own words, for people
 */
public record JobEnd(
        State state, @Nullable Integer exitCode, @Nullable String reason) {
    public enum State {
        SUCCEEDED,
        FAILED,
        OUT_OF_MEMORY,
        DISK_FULL,
        TIMED_OUT,
        NOT_PLACED,
        LOST,
        STOPPED
    }

    /** Exit codes that only an agent which held the token can end with (protocol.md, section 1, "Counting"). */
    private static final Set<Integer> ONLY_WITH_TOKEN = Set.of(0, 13, 20, 21, 22, 23);

    /** The exit code alone: what a cluster calls the end of a drained or stopped job says nothing about who wrote its results. */
    boolean provesTheAgentHeldTheToken() {
        return exitCode != null && ONLY_WITH_TOKEN.contains(exitCode);
    }

    /** Whether the job is known to have ended; a lost one may still run, unless it exited by itself. */
    boolean isKnown() {
        return state != State.LOST || exitCode != null;
    }
}
