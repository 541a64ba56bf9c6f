package dev.quarry.dev.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExtractionFiguresTest {
    private final ExtractionFigures figures = new ExtractionFigures();

    private void add(String name, double... seconds) {
        for (double wall : seconds) {
            figures.add(name, new Measured(100, 90, wall, 2 * wall));
        }
    }

    private List<String> lines() {
        return figures.rows().stream().map(Row::line).toList();
    }

    @Test
    void ratiosAreThoseOfMediansToTheFasterJit() {
        add("plain" + ExtractionFigures.DEFAULT_JIT, 10, 40, 10);
        add("plain" + ExtractionFigures.C1, 5, 4, 8);
        add("pipes" + ExtractionFigures.DEFAULT_JIT, 10, 10, 10);
        add("pipes" + ExtractionFigures.C1, 20, 20, 20);
        add(ExtractionFigures.QUARRY, 8, 8, 99);
        assertThat(lines())
                .containsExactly(
                        "files 100 files",
                        "plain-default-jit 10 files/s",
                        "plain-c1 20 files/s",
                        "pipes-default-jit 10 files/s",
                        "pipes-c1 5 files/s",
                        "quarry 12.5 files/s",
                        "plain-default-jit-cpu 20 s",
                        "plain-c1-cpu 10 s",
                        "pipes-default-jit-cpu 20 s",
                        "pipes-c1-cpu 40 s",
                        "quarry-cpu 16 s",
                        "pipes-default-jit/plain-c1 0.500 ratio",
                        "quarry/plain-c1 0.625 ratio",
                        "quarry/pipes-default-jit 1.250 ratio");
    }

    @Test
    void whatWasNotMeasuredHasNoRow() {
        add(ExtractionFigures.QUARRY, 8);
        assertThat(lines()).containsExactly("files 100 files", "quarry 12.5 files/s", "quarry-cpu 16 s");
    }
}
