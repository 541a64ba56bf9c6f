package dev.quarry.proxy.run;

import static dev.quarry.proxy.run.RunsTest.assertCounts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.filter.FilterRules;
import dev.quarry.proxy.lane.LaneSettings;
import dev.quarry.proxy.lane.Lanes;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Files that no node can hold. Nodes of the lane {@code tiny} have 10 MB of disk, its jobs ask for 4 MB and twice what is above 2 MB. */
class TooLargeTest {
    private final TestStore store = new TestStore();

    @Test
    void aFileThatNoNodeHoldsFailsWithoutAJobAndHurtsNoOther() {
        sized("large.tiny", 6);
        sized("fits.tiny", 5);
        store.write("a.txt", "text");
        JsonNode totals = store.open().complete();
        assertCounts(totals, Map.of("listed", 3, "failed", 1, "indexed", 2));
        assertThat(totals.get("state").asString()).isEqualTo("COMPLETED_WITH_FAILURES");
        assertThat(store.ledger())
                .containsEntry("large.tiny", "FAILED(TOO_LARGE)")
                .containsEntry("fits.tiny", "INDEXED");
        assertThat(detail("large.tiny"))
                .isEqualTo(
                        "needs 12 MB of disk, the largest node has 10: raise quarry.node-classes.tiny.disk-mb, or change the sizes of lane 'tiny'");
        assertThat(packed("large.tiny")).isZero();
    }

    @Test
    void itIsCarriedAsFailedByTheNextRunsUntilTheFileChanges() {
        sized("large.tiny", 6);
        store.open().complete();
        assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1, "carried", 1));
        assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1, "carried", 1));
        assertThat(detail("large.tiny")).startsWith("needs 12 MB");
        sized("large.tiny", 1);
        assertCounts(store.open().complete(), Map.of("listed", 1, "indexed", 1));
        assertThat(store.ledger()).containsEntry("large.tiny", "INDEXED");
    }

    @Test
    void aFileThatGrewTooLargeIsNotFoundAnyMore() {
        sized("grows.tiny", 1);
        store.open().complete();
        sized("grows.tiny", 7);
        // balanced, so the search rows agree with the ledger
        assertCounts(store.open().complete(), Map.of("listed", 1, "failed", 1));
        assertThat(store.ledger()).containsEntry("grows.tiny", "FAILED(TOO_LARGE)");
    }

    @Test
    void aCancelledRunThatFoundOneStillAddsUp() {
        sized("large.tiny", 6);
        store.write("a.txt", "text");
        TestStore.TestRun run = store.open();
        run.walk();
        assertCounts(run.close(true), Map.of("listed", 2, "failed", 2));
        assertCounts(store.open().complete(), Map.of("listed", 2, "failed", 1, "carried", 1, "indexed", 1));
    }

    @Test
    void itIsTriedOnceTheLimitsOfTodayHoldIt() {
        LedgerFile failed = ledgerFile("FAILED", "TOO_LARGE", true);
        assertThat(verdict(lanes("1000"), failed).kind()).isEqualTo(Verdict.Kind.CARRIED);
        assertThat(verdict(lanes("1000000"), failed).kind()).isEqualTo(Verdict.Kind.PENDING);
    }

    @Test
    void otherLimitsDoNotExtractAnythingElseAgain() {
        for (String limit : List.of("1000", "1000000")) {
            assertThat(verdict(lanes(limit), ledgerFile("INDEXED", null, false)).kind())
                    .isEqualTo(Verdict.Kind.UNCHANGED);
            assertThat(verdict(lanes(limit), ledgerFile("FAILED", "TOO_LARGE", false))
                            .kind())
                    .as("an extractor said so, of its own limit")
                    .isEqualTo(Verdict.Kind.CARRIED);
            assertThat(verdict(lanes(limit), ledgerFile("FAILED", "OUT_OF_MEMORY", false))
                            .kind())
                    .isEqualTo(Verdict.Kind.CARRIED);
        }
        assertThat(lanes("1000").extractorSet())
                .as("a fingerprint without sizes: tuning them does not extract a store again")
                .isEqualTo(lanes("1000000").extractorSet());
    }

    private static Lanes lanes(String nodeDisk) {
        return LaneSettings.lanes("lanes[0].disk-mb", "500", "node.disk-mb", nodeDisk);
    }

    private static Verdict verdict(Lanes lanes, LedgerFile known) {
        Entry entry = new Entry(KeyBytes.utf8("film.mp4"), 2L << 30, Instant.EPOCH, "v1", false, null);
        return new Comparison(FilterRules.standard(), "set", true, lanes).of(KeyBytes.EMPTY, entry, known);
    }

    private static LedgerFile ledgerFile(String outcome, @Nullable String reason, boolean oversized) {
        return new LedgerFile(
                UUID.randomUUID(),
                KeyBytes.utf8("film.mp4"),
                "v1",
                outcome,
                reason,
                "video",
                "v1",
                "set",
                null,
                oversized,
                false);
    }

    private void sized(String path, int mebibytes) {
        try (RandomAccessFile file =
                new RandomAccessFile(store.root.resolve(path).toFile(), "rw")) {
            file.setLength(mebibytes * 1024L * 1024L);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String detail(String path) {
        JsonNode files = TestStore.people("/api/v1/stores/" + store.name + "/files?outcome=FAILED")
                .json()
                .get("files");
        for (JsonNode file : files) {
            if (file.get("path").asString().equals(path)) {
                return file.get("detail").asString();
            }
        }
        throw new AssertionError(path + " is not among " + files);
    }

    private int packed(String path) {
        return TestStore.superuser()
                .sql(
                        "select count(*) from quarry.unit_item i join quarry.file f on f.id = i.file join quarry.store s on s.id = f.store where s.name = ? and f.path = ?")
                .params(store.name, path)
                .query(Integer.class)
                .single();
    }
}
