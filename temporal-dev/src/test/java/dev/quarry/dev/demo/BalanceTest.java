package dev.quarry.dev.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quarry.dev.client.RunTotals;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class BalanceTest {
    private static ObjectNode totals() {
        ObjectNode totals = new ObjectMapper().createObjectNode();
        totals.put("state", "COMPLETED_WITH_FAILURES").put("balanced", true);
        totals.put("listed", 749)
                .put("indexed", 690)
                .put("noContent", 31)
                .put("unchanged", 0)
                .put("moved", 0);
        totals.put("filtered", 0).put("failed", 28).put("deleted", 0).put("pending", 0);
        return totals;
    }

    private static Balance balance(ObjectNode totals) {
        return balance(totals, new RunNotes(0, List.of(), List.of()));
    }

    private static Balance balance(ObjectNode totals, RunNotes notes) {
        return new Balance(new RunTotals(totals), notes, 41.04, OptionalDouble.of(4.2), 95.3, "process", "server");
    }

    @Test
    void theLastLineHasItsFixedForm() {
        assertThat(balance(totals()).line())
                .isEqualTo(
                        "quarry: run COMPLETED_WITH_FAILURES listed=749 indexed=690 no_content=31 unchanged=0 moved=0"
                                + " filtered=0 failed=28 deleted=0 seconds=41.0 first_result_seconds=4.2 setup_seconds=95"
                                + " backend=process temporal=server");
    }

    @Test
    void gapsAndWarningsStandAtTheEndOfTheLine() {
        assertThat(balance(totals(), new RunNotes(3, List.of("not listed /: gone"), List.of("one", "two")))
                        .line())
                .endsWith(" backend=process temporal=server gaps=3 warnings=2");
    }

    @Test
    void aRunWithGapsAddsUpButIsNotWhole() {
        Balance balance = balance(totals().put("gaps", true));
        assertThat(balance.holds()).isTrue();
        assertThat(balance.isWhole()).isFalse();
        assertThat(balance(totals().put("gaps", false)).isWhole()).isTrue();
        assertThat(balance(totals().put("failed", 27)).isWhole()).isFalse();
    }

    @Test
    void itHoldsOnlyIfItAddsUpItself() {
        assertThat(balance(totals()).holds()).isTrue();
        assertThat(balance(totals().put("failed", 27)).holds()).isFalse();
    }

    @Test
    void itDoesNotHoldForARunThatSaysItDoesNotOrThatDidNotComplete() {
        assertThat(balance(totals().put("balanced", false)).holds()).isFalse();
        assertThat(balance(totals().put("state", "CANCELLED")).holds()).isFalse();
    }
}
