package dev.quarry.proxy.run;

import static dev.quarry.proxy.run.RunsTest.assertCounts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Lanes that take other names than before, with the extractors that they had: every file here is the same from run to run. */
class OtherLanesTest {
    private static final RunningApi WIDE = RunningApi.shared();
    private static final RunningApi NARROW = WIDE.beside(Map.of("quarry.lanes[1].accepts", "*.txt"));

    private final TestStore store = new TestStore();

    @AfterAll
    static void close() {
        NARROW.close();
    }

    @BeforeEach
    void files() {
        store.write("a.txt", "text");
        store.write("x.big", "of no lane at first");
    }

    @Test
    void aFileThatNoLaneTookIsExtractedOnceOneTakesIt() {
        store.walkedBy(NARROW);
        assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 1, "noContent", 1));
        assertThat(store.ledger()).containsEntry("x.big", "NO_CONTENT(UNSUPPORTED_TYPE)");
        assertCounts(store.open().complete(), Map.of("listed", 2, "unchanged", 2));
        store.walkedBy(WIDE);
        assertCounts(store.open().complete(), Map.of("listed", 2, "unchanged", 1, "indexed", 1));
        assertThat(store.ledger()).containsEntry("x.big", "INDEXED");
        assertCounts(store.open().complete(), Map.of("listed", 2, "unchanged", 2));
    }

    @Test
    void whatALaneHasSaidOfAFileStaysThoughItTakesNoneOfItsKindAnyMore() {
        assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 2));
        store.walkedBy(NARROW);
        assertCounts(store.open().complete(), Map.of("listed", 2, "unchanged", 2));
        store.write("x.big", "changed, and of no lane");
        assertCounts(store.open().complete(), Map.of("listed", 2, "unchanged", 1, "noContent", 1));
    }

    @Test
    void aSecondRunThatOnlyListsSaysWhatTodaysLanesTakeOfWhatTheFirstFoundPending() {
        assertCounts(listed(), Map.of("listed", 2, "pending", 2));
        store.walkedBy(NARROW);
        assertCounts(listed(), Map.of("listed", 2, "pending", 1, "noContent", 1));
        assertThat(store.ledger()).containsEntry("x.big", "NO_CONTENT(UNSUPPORTED_TYPE)");
    }

    private JsonNode listed() {
        TestStore.TestRun run = store.openListingOnly();
        run.walk();
        return run.close(false);
    }

    @Test
    void whatAnExtractorOfALaneCannotReadIsNotTriedAgainByThatLane() {
        assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 2));
        WIDE.superuser()
                .sql(
                        "update quarry.file set outcome = 'NO_CONTENT', reason = 'UNSUPPORTED_TYPE' where path = 'x.big' and store = ?")
                .param(store.id())
                .update();
        assertCounts(store.open().complete(), Map.of("listed", 2, "unchanged", 2));
    }
}
