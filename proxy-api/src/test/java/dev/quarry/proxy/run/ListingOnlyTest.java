package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A run told not to dispatch lists and compares: what it finds stays pending, what has vanished stays. */
class ListingOnlyTest {
    private final TestStore store = new TestStore();

    @Test
    void newFilesStayPendingAndNoUnitIsMade() {
        store.write("a.txt", "one");
        store.write("empty.txt", "");
        TestRun run = store.openListingOnly();
        run.walk();
        assertThat(run.take(10)).isEqualTo(List.of());
        JsonNode totals = run.close(false);
        RunsTest.assertCounts(totals, Map.of("listed", 2, "pending", 1, "noContent", 1));
        assertThat(totals.get("dispatch").asBoolean()).isFalse();

        RunsTest.assertCounts(listed(), Map.of("listed", 2, "pending", 1, "unchanged", 1));
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 1, "unchanged", 1));
    }

    @Test
    void aSecondListingWritesNothingForWhatItFindsPending() {
        store.write("a.txt", "one");
        listed();
        String before = rows();
        listed();
        assertThat(rows()).isEqualTo(before);
    }

    @Test
    void whatIsPendingInALaneThatIsNoMoreIsForecastAllTheSameAndNextTimeRoutedAnew() {
        store.write("a.txt", "one");
        TestRun run = store.openListingOnly();
        run.walk();
        run.close(false);
        TestStore.superuser()
                .sql("update quarry.file set lane = 'gone' where store = ?")
                .param(store.id())
                .update();
        Answer changes = TestStore.people("/api/v1/runs/" + run.id + "/changes");
        assertThat(changes.status()).as(changes.body()).isEqualTo(200);
        assertThat(changes.json().get("units").asInt()).isEqualTo(1);
        RunsTest.assertCounts(listed(), Map.of("listed", 1, "pending", 1));
        assertThat(lanes()).containsExactly("documents");
    }

    @Test
    void comparisonIsWithTheVersionLastSeen() {
        store.write("a.txt", "one");
        store.open().complete();
        store.write("a.txt", "changed");
        RunsTest.assertCounts(listed(), Map.of("listed", 1, "pending", 1));
        store.write("a.txt", "changed again");
        RunsTest.assertCounts(listed(), Map.of("listed", 1, "pending", 1));
        assertThat(store.found("a.txt")).as("its last content").isNotEmpty();
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "indexed", 1));
    }

    @Test
    void whatHasVanishedIsCountedAndStays() throws IOException {
        store.write("a.txt", "one");
        store.write("d/b.txt", "two");
        store.write("d/c.txt", "three");
        store.open().complete();
        Files.delete(store.root.resolve("a.txt"));
        Files.delete(store.root.resolve("d/b.txt"));
        Files.delete(store.root.resolve("d/c.txt"));
        Files.delete(store.root.resolve("d"));
        JsonNode totals = listed();
        RunsTest.assertCounts(totals, Map.of("listed", 0));
        assertThat(totals.get("vanished").asInt()).isEqualTo(3);
        assertThat(store.ledger()).hasSize(3);
        RunsTest.assertCounts(store.open().complete(), Map.of("deleted", 3));
        assertThat(store.ledger()).isEmpty();
    }

    @Test
    void whatItHasFoundStaysPendingAndCanBeSearchedAlsoIfItIsCancelled() {
        store.write("a.txt", "one");
        store.open().complete();
        store.write("a.txt", "changed");
        TestRun run = store.openListingOnly();
        run.walk();
        JsonNode totals = run.close(true);
        assertThat(totals.get("balanced").asBoolean()).as(totals.toString()).isTrue();
        assertThat(store.ledger()).isEqualTo(Map.of("a.txt", "PENDING"));
        assertThat(store.found("a.txt")).as("its last content").isNotEmpty();
    }

    @Test
    void whatACancelledRunHasReadNothingOfIsNewStill() {
        store.write("a.txt", "one");
        TestRun cancelled = store.open();
        cancelled.walk();
        cancelled.close(true);
        store.write("b.txt", "two");
        TestRun inUnits = store.open();
        inUnits.walk();
        inUnits.take(10);
        inUnits.close(true);
        TestRun run = store.openListingOnly();
        run.walk();
        assertThat(TestStore.people("/api/v1/runs/" + run.id + "/changes")
                        .json()
                        .get("changes")
                        .valueStream()
                        .map(change -> change.get("change").asString() + change.get("files")))
                .containsExactly("NEW2");
        run.close(false);
    }

    private JsonNode listed() {
        TestRun run = store.openListingOnly();
        run.walk();
        return run.close(false);
    }

    private List<String> lanes() {
        return TestStore.superuser()
                .sql("select lane from quarry.file where store = ?")
                .param(store.id())
                .query(String.class)
                .list();
    }

    private String rows() {
        return TestStore.superuser()
                .sql(
                        "select string_agg(f.xmin::text || f::text, ',') from quarry.file f join quarry.store s on s.id = f.store where s.name = ?")
                .param(store.name)
                .query(String.class)
                .single();
    }
}
