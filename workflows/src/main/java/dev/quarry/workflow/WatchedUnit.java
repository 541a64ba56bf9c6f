package dev.quarry.workflow;

/** A unit in flight that the watchdog asks about, with the id of the workflow that should look after it. */
public record WatchedUnit(String unit, String workflowId) {}
