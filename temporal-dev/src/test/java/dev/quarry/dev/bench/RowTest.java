package dev.quarry.dev.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowTest {
    @Test
    void aRowIsNameValueUnit() {
        assertThat(new Row("spine", 1234.56, "files/s").line()).isEqualTo("spine 1234.6 files/s");
        assertThat(new Row("quarry/pipes", 0.61234, "ratio").line()).isEqualTo("quarry/pipes 0.612 ratio");
        assertThat(new Row("files", 20_000, "files").line()).isEqualTo("files 20000 files");
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMiddleOfTheTwoInTheMiddle() {
        assertThat(Row.median(new double[] {9, 1, 5})).isEqualTo(5);
        assertThat(Row.median(new double[] {9, 1, 5, 6})).isEqualTo(5.5);
        assertThat(Row.median(new double[] {7})).isEqualTo(7);
    }
}
