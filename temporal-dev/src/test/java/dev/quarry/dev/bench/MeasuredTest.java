package dev.quarry.dev.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MeasuredTest {
    @Test
    void whatAProgramPrintsIsReadBack() {
        Measured measured = new Measured(5872, 5700, 178.125, 340.25);
        assertThat(Measured.isIn(measured.line())).isTrue();
        assertThat(Measured.parse(measured.line())).isEqualTo(measured);
        assertThat(Measured.isIn("250/5872 files")).isFalse();
    }
}
