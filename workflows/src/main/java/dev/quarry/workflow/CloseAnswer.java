package dev.quarry.workflow;

/** How far one chunk of closing a run got. The jobs that it listed have been told to stop. */
public record CloseAnswer(boolean finished, RunTotals totals) {}
