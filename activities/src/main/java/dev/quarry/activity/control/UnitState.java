package dev.quarry.activity.control;

import java.util.List;

/** Where a unit stands. */
public record UnitState(String unit, State state, long epoch, List<StopJob> stopList) {
    /** UNKNOWN: the API has no such unit. */
    public enum State {
        OPEN,
        DONE,
        UNKNOWN
    }
}
