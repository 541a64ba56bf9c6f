package dev.quarry.workflow;

/**
 * What a FileWorkflow begins with.
 *
 * @param after the unit's epoch; 0 for a new unit, and harmless if it is behind (STALE teaches it)
 * @param plan where the unit stands; {@link UnitPlan#START} for a new one
 */
public record FileRequest(UnitRef unit, long after, UnitPlan plan, RunSettings settings) {}
