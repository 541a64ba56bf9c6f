package dev.quarry.dev.bench;

import java.util.Locale;

/**
 * One pass over the documents.
 *
 * @param parsed files that gave a result
 * @param cpuSeconds of all processes that took part
 */
record Measured(int files, int parsed, double seconds, double cpuSeconds) {
    private static final String MARK = "measured";

    double filesPerSecond() {
        return files / seconds;
    }

    /** For a program that measures itself; read back by {@link #read}. */
    static void print(int files, int parsed, long startNanos) {
        System.out.println(String.format(
                Locale.ROOT,
                "%s %d %d %.3f %.2f",
                MARK,
                files,
                parsed,
                (System.nanoTime() - startNanos) / 1e9,
                ProcessCpu.ofTree(ProcessHandle.current().pid())));
    }

    static Measured read(String output) {
        String line = output.lines()
                .filter(candidate -> candidate.startsWith(MARK + " "))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the measured program said: " + output));
        String[] fields = line.split(" ", -1);
        return new Measured(
                Integer.parseInt(fields[1]),
                Integer.parseInt(fields[2]),
                Double.parseDouble(fields[3]),
                Double.parseDouble(fields[4]));
    }
}
