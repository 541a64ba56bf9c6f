package dev.quarry.workflow;

import java.util.List;

/** The watchdog's findings and the run's totals at that moment. */
public record WatchReport(List<UnitVerdict> verdicts, RunTotals totals) {}
