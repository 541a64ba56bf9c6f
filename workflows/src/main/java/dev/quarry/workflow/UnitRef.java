package dev.quarry.workflow;

/**
 * A unit by reference: its files stay in the database.
 *
 * @param unit its id, a global UUID
 * @param number its number in its run
 */
public record UnitRef(String unit, long number, String lane, int files, long bytes) {}
