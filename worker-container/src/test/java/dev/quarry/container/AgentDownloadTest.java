package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.container.JobApiDouble.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentDownloadTest extends AgentTest {
    @Test
    void aBrokenDownloadGoesOnWhereItStopped() throws Exception {
        String text = "0123456789".repeat(20_000);
        api.extractors("crasher").file("a.txt", text);
        api.fail(Call.CONTENT, Fault.cutAfter(70_000), Fault.cutAfter(10_000), Fault.refuse(503, "away"));

        assertThat(run()).isEqualTo(0);
        assertThat(api.extraction(0, "crasher").path("textSha256").asText()).isEqualTo(Sha256.of(text));
        assertThat(api.ranges).hasSizeGreaterThanOrEqualTo(2).doesNotContain("bytes=0-");
    }

    @ParameterizedTest
    @CsvSource({
        "412, changed, FAILED(CHANGED_WHILE_READING)",
        "404, gone_from_store, FAILED(NOT_READABLE)",
        "403, not_readable, FAILED(NOT_READABLE)",
        "403, archived, FAILED(ARCHIVED)",
        "403, filtered, FILTERED"
    })
    void anItemThatCannotBeReadHasItsOutcomeAndTheBatchGoesOn(int status, String code, String outcome)
            throws Exception {
        api.file("a.txt", "one").file("b.txt", "two").fail(Call.CONTENT, Fault.refuse(status, code));

        assertThat(run()).isEqualTo(0);
        assertThat(api.outcome(0)).isEqualTo(outcome);
        assertThat(api.outcome(1)).isEqualTo("INDEXED");
    }

    @Test
    void tooManyRequestsAreWaitedOut() throws Exception {
        api.file("a.txt", "one").fail(Call.CONTENT, Fault.refuse(429, "slow_down"), Fault.refuse(429, "slow_down"));

        assertThat(run()).isEqualTo(0);
        assertThat(api.outcome(0)).isEqualTo("INDEXED");
    }

    @Test
    void aSpentByteBudgetEndsTheAttemptAtOnceAsTheAttemptsOwnFailure() throws Exception {
        api.file("a.txt", "one").failAlways(Call.CONTENT, Fault.refuse(429, "budget_spent"));

        assertThat(run()).as("not 13, which is tried without limit").isEqualTo(1);
        assertThat(api.calls(Call.CONTENT)).isEqualTo(1);
        assertThat(api.started).containsExactly(0);
        assertThat(api.done).isEmpty();
        assertThat(agent().log()).contains("budget_spent");
    }

    @Test
    void anItemLargerThanTheDiskEndsWithTwentyAfterAllOthersAreDone() throws Exception {
        given("QUARRY_DISK_MB", "1");
        api.file("a.txt", "one").file("large.bin", new byte[3 << 20]).file("b.txt", "two");

        assertThat(run()).isEqualTo(20);
        assertThat(api.started).contains(1);
        assertThat(api.done.keySet()).containsExactly(0, 2);
    }

    @Test
    void anExtractorThatFillsTheDiskIsStoppedAndEndsWithTwenty() throws Exception {
        given("QUARRY_DISK_MB", "1");
        api.extractors("crasher").file("a.txt", "one").file("bigout.txt", "x").file("b.txt", "two");

        assertThat(run()).isEqualTo(20);
        assertThat(api.done.keySet()).containsExactly(0, 2);
    }
}
