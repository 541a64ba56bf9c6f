package dev.quarry.workflow;

/**
 * A unit in flight.
 *
 * @param sinceMillis when it was started, in ms since 1970
 * @param restarts how often the watchdog has started it again
 */
public record FlyingUnit(UnitRef ref, long sinceMillis, int restarts) {}
