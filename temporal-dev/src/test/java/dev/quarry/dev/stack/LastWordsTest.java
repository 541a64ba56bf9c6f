package dev.quarry.dev.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LastWordsTest {
    @Test
    void ofEntriesItIsTheLastErrorAndItsInnermostCauses() {
        assertThat(LastWords.of("""
                        {"level":"ERROR","message":"an earlier one"}
                        {"level":"ERROR","message":"Application run failed","stack_trace":"Outer: bean\\n\\tat a.B.c(B.java:1)\\nCaused by: Middle: bean of bean\\n\\t... 3 more\\nCaused by: PSQLException: Connection to db:5432 refused\\n\\tat x.Y\\nCaused by: ConnectException: Connection refused\\n\\t... 9 more\\n"}
                        {"level":"INFO","message":"stopping"}
                        """))
                .isEqualTo("Application run failed; PSQLException: Connection to db:5432 refused;"
                        + " ConnectException: Connection refused");
    }

    @Test
    void anErrorWithoutACauseIsNamedItself() {
        assertThat(
                        LastWords.of(
                                "{\"level\":\"ERROR\",\"message\":\"no start\",\"stack_trace\":\"A: the key does not open\\n\\tat b\"}"))
                .isEqualTo("no start; A: the key does not open");
    }

    @Test
    void ofAnyOtherLogItIsTheEnd() {
        assertThat(LastWords.of("x".repeat(9_000) + "\n{not an entry\nport taken\n"))
                .hasSizeLessThan(4_001)
                .endsWith("{not an entry\nport taken");
    }
}
