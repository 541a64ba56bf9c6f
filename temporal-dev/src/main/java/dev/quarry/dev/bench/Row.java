package dev.quarry.dev.bench;

import java.util.Arrays;
import java.util.Locale;

/** One line of a bench's answer: {@code name value unit}. */
record Row(String name, double value, String unit) {
    void print() {
        System.out.println(line());
    }

    String line() {
        return name + " " + number() + " " + unit;
    }

    private String number() {
        return value == Math.rint(value) && Math.abs(value) < 1e12
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.3f" : "%.1f", value);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
