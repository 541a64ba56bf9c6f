package dev.quarry.dev.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the passes gave, and the rows that come of it. */
final class ExtractionFigures {
    static final String DEFAULT_JIT = "-default-jit";
    static final String C1 = "-c1";
    static final String QUARRY = "quarry";

    private final Map<String, List<Measured>> passes = new LinkedHashMap<>();

    void add(String name, Measured measured) {
        passes.computeIfAbsent(name, first -> new ArrayList<>()).add(measured);
    }

    /** Medians; ratios are those of the faster of two JITs, and the row bears its name. What was not measured has no row. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        passes.values().stream()
                .findFirst()
                .ifPresent(any -> rows.add(new Row("files", any.get(0).files(), "files")));
        passes.keySet().forEach(name -> rows.add(new Row(name, rate(name), "files/s")));
        passes.forEach(
                (name, runs) -> rows.add(new Row(name + "-cpu", Measured.median(runs, Measured::cpuSeconds), "s")));
        String plain = faster("plain");
        String pipes = faster("pipes");
        ratio(pipes, plain, rows);
        passes.keySet().stream().filter(name -> name.startsWith(QUARRY)).forEach(quarry -> {
            ratio(quarry, plain, rows);
            ratio(quarry, pipes, rows);
        });
        return rows;
    }

    private String faster(String name) {
        String one = name + DEFAULT_JIT;
        String other = name + C1;
        return rate(other) > rate(one) ? other : one;
    }

    private void ratio(String name, String to, List<Row> rows) {
        if (passes.containsKey(name) && passes.containsKey(to)) {
            rows.add(new Row(name + "/" + to, rate(name) / rate(to), "ratio"));
        }
    }

    private double rate(String name) {
        List<Measured> runs = passes.get(name);
        return runs == null ? 0 : Measured.median(runs, Measured::filesPerSecond);
    }
}
