package dev.quarry.workflow;

/** How a FileWorkflow ended, for people: outcomes are in the database. */
public record FileResult(long epoch, boolean cancelled) {}
