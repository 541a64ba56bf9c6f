package dev.quarry.dev.demo;

import dev.quarry.dev.client.RunTotals;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Stages and a live bar on a terminal; a line every few seconds where the output goes to a file. */
final class ProgressDisplay {
    private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);
    private static final int BAR = 24;
    private static final double MIB = 1024.0 * 1024.0;

    private final PrintStream out;
    private final boolean terminal;
    private final long start = System.nanoTime();
    private long nextLine = Long.MIN_VALUE;
    private boolean barShown;

    ProgressDisplay(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    synchronized void stage(String what) {
        endBar();
        out.printf(Locale.ROOT, "%6.1f s  %s%n", sinceStart(), what);
        out.flush();
    }

    synchronized void run(RunTotals totals, double seconds) {
        if (terminal) {
            out.print("\r\u001b[K" + line(totals, seconds));
            out.flush();
            barShown = true;
        } else if (System.nanoTime() >= nextLine) {
            out.println(line(totals, seconds));
            nextLine = System.nanoTime() + LINE_INTERVAL.toNanos();
        }
    }

    static String line(RunTotals totals, double seconds) {
        long listed = totals.count("listed");
        long concluded = totals.concluded() + totals.count("reported");
        int filled = listed == 0 ? 0 : (int) (BAR * concluded / listed);
        return String.format(
                Locale.ROOT,
                "indexing [%s%s] %d/%d files, %.1f MiB, %.1f files/s, %s",
                "#".repeat(filled),
                ".".repeat(BAR - filled),
                concluded,
                listed,
                totals.count("bytesDone") / MIB,
                seconds <= 0 ? 0.0 : concluded / seconds,
                standing(totals));
    }

    private static String standing(RunTotals totals) {
        if (totals.waitsFor().isPresent()) {
            return "waiting for the store";
        }
        return totals.listingComplete() ? "listing complete" : "listing";
    }

    synchronized void endBar() {
        if (barShown) {
            out.println();
            barShown = false;
        }
    }

    private double sinceStart() {
        return (System.nanoTime() - start) / 1e9;
    }
}
