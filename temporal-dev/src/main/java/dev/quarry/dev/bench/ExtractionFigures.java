package dev.quarry.dev.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the passes gave, and the rows that come of it. */
final class ExtractionFigures {
    static final String PLAIN_DEFAULT = "plain-default-jit";
    static final String PLAIN_C1 = "plain-c1";
    static final String PIPES_DEFAULT = "pipes-default-jit";
    static final String PIPES_C1 = "pipes-c1";
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
        String plain = faster(PLAIN_DEFAULT, PLAIN_C1);
        String pipes = faster(PIPES_DEFAULT, PIPES_C1);
        ratio(pipes, plain, rows);
        ratio(QUARRY, plain, rows);
        ratio(QUARRY, pipes, rows);
        return rows;
    }

    private String faster(String one, String other) {
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
