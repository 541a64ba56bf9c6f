package dev.quarry.dev.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One pass over the documents.
 *
 * @param parsed files that gave a result
 * @param cpuSeconds of all processes that took part
 */
record Measured(int files, int parsed, double seconds, double cpuSeconds) {
    private static final String MARK = "measured ";

    double filesPerSecond() {
        return files / seconds;
    }

    static double median(List<Measured> runs, ToDoubleFunction<Measured> figure) {
        return Row.median(runs.stream().mapToDouble(figure).toArray());
    }

    /** How a program that measures itself says it; {@link #parse} reads it. */
    String line() {
        return String.format(Locale.ROOT, "%s%d %d %.3f %.2f", MARK, files, parsed, seconds, cpuSeconds);
    }

    static boolean isIn(String line) {
        return line.startsWith(MARK);
    }

    static Measured parse(String line) {
        String[] fields = line.substring(MARK.length()).split(" ", -1);
        return new Measured(
                Integer.parseInt(fields[0]),
                Integer.parseInt(fields[1]),
                Double.parseDouble(fields[2]),
                Double.parseDouble(fields[3]));
    }
}
