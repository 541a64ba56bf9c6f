package dev.quarry.dev.demo;

import dev.quarry.dev.client.RunTotals;
import java.util.Locale;
import java.util.OptionalDouble;

/** The last line of a demo, and whether it adds up. */
record Balance(
        RunTotals totals,
        RunNotes notes,
        double seconds,
        OptionalDouble firstResult,
        double setupSeconds,
        String backend,
        String temporal) {

    /** Whether it adds up, and the whole store was listed. */
    boolean isWhole() {
        return holds() && !totals.hasGaps();
    }

    /** Our own sum, not only the run's word for it. */
    boolean holds() {
        long sum = totals.count("indexed")
                + totals.count("noContent")
                + totals.count("unchanged")
                + totals.count("moved")
                + totals.count("filtered")
                + totals.count("failed");
        return totals.isCompleted() && totals.balanced() && sum == totals.count("listed");
    }

    /** {@code first_result_seconds=-} where the run indexed no file with text, or none was seen among very many without; {@code gaps} and {@code warnings} at its end where there are some. */
    String line() {
        return String.format(
                        Locale.ROOT,
                        "quarry: run %s listed=%d indexed=%d no_content=%d unchanged=%d moved=%d filtered=%d failed=%d deleted=%d"
                                + " seconds=%.1f first_result_seconds=%s setup_seconds=%.0f backend=%s temporal=%s",
                        totals.state(),
                        totals.count("listed"),
                        totals.count("indexed"),
                        totals.count("noContent"),
                        totals.count("unchanged"),
                        totals.count("moved"),
                        totals.count("filtered"),
                        totals.count("failed"),
                        totals.count("deleted"),
                        seconds,
                        firstResult.isPresent() ? String.format(Locale.ROOT, "%.1f", firstResult.getAsDouble()) : "-",
                        setupSeconds,
                        backend,
                        temporal)
                + some(" gaps=", notes.gaps())
                + some(" warnings=", notes.warnings().size());
    }

    private static String some(String name, long number) {
        return number == 0 ? "" : name + number;
    }
}
