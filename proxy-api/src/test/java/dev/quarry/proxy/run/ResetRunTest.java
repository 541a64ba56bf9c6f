package dev.quarry.proxy.run;

import static dev.quarry.proxy.run.TestStore.unitsOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.run.TestStore.TestRun;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A workflow that was reset asks again with numbers that it, or what it was before, has used; calls of that may still be under way. */
class ResetRunTest {
    /** They make units of 1, 8, 64, 313 and 314 files. */
    private static final int FILES = 700;

    private final TestStore store = new TestStore();
    private TestRun run;

    @BeforeEach
    void aListedStore() {
        for (int i = 0; i < FILES; i++) {
            store.write("f" + i + ".txt", "text " + i);
        }
        run = store.open();
        run.walk();
    }

    @Test
    void anOlderTakeGivesThoseOfItsUnitsThatAreStillOpen() {
        List<UUID> first = unitsOf(run.take(1, 2).get("units"));
        run.take(2, 1);
        run.conclude(first.get(0), Map.of());
        JsonNode again = run.take(1, 1);
        assertThat(unitsOf(again.get("units"))).containsExactly(first.get(1));
        assertThat(again.get("seq").asInt()).isEqualTo(1);
        assertThat(run.take(1, 1)).isEqualTo(again);
    }

    @Test
    void anOlderTakeWithoutOpenUnitsGivesThoseOfTheNextNumberThatHasSome() {
        run.take(1, 2).get("units").forEach(this::conclude);
        run.take(2, 1).get("units").forEach(this::conclude);
        JsonNode third = run.take(3, 1).get("units");
        run.take(4, 1);
        JsonNode again = run.take(1, 1);
        assertThat(again.get("units")).isEqualTo(third);
        assertThat(again.get("seq").asInt()).isEqualTo(3);
    }

    @Test
    void whereNothingIsOpenTheLastNumberIsTheAnswersAndTheNextTakesOn() {
        run.take(1, 2).get("units").forEach(this::conclude);
        run.take(2, 1).get("units").forEach(this::conclude);
        JsonNode again = run.take(1, 10);
        assertThat(again.get("units")).isEmpty();
        assertThat(again.get("seq").asInt()).isEqualTo(2);
        assertThat(run.take(3, 1).get("units")).hasSize(1);
    }

    /** Else its caller would believe that it has all units. */
    @Test
    void whatWasTakenLaterAndIsOpenCountsAsLeftToTake() {
        run.take(1, 2);
        List<UUID> later = unitsOf(run.take(2, 100).get("units"));
        assertThat(run.take(1, 2).get("unpacked").asInt()).isEqualTo(FILES - 1 - 8);
        assertThat(run.take(2, 100).get("unpacked").asInt()).isZero();
        later.forEach(unit -> run.conclude(unit, Map.of()));
        assertThat(run.take(1, 2).get("unpacked").asInt()).isZero();
    }

    @Test
    void aResetCallerComesToEveryOpenUnitOnceAlthoughALateCallTakesMore() {
        List<UUID> open = new ArrayList<>(unitsOf(run.take(1, 2).get("units")));
        open.addAll(unitsOf(run.take(2, 1).get("units")));
        run.conclude(open.remove(0), Map.of());
        List<UUID> found = new ArrayList<>();
        int seq = 0;
        long left;
        do {
            JsonNode page = run.take(seq + 1, 1);
            seq = page.get("seq").asInt();
            left = page.get("unpacked").asLong();
            found.addAll(unitsOf(page.get("units")));
            if (seq == 2) {
                open.addAll(unitsOf(run.take(3, 1).get("units")));
            }
        } while (left > 0);
        assertThat(new HashSet<>(found)).hasSameSizeAs(found).containsAll(open);
        found.forEach(unit -> run.conclude(unit, Map.of()));
        RunsTest.assertCounts(run.close(false), Map.of("listed", FILES, "indexed", FILES));
    }

    private void conclude(JsonNode unit) {
        run.conclude(UUID.fromString(unit.get("unit").asString()), Map.of());
    }
}
