package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RunsTest {
    private final TestStore store = new TestStore();

    @Test
    void aFirstRunIndexesEverythingAndASecondNothing() {
        store.write("a.txt", "one");
        store.write("deep/er/b.txt", "two");
        store.write("empty.txt", "");
        store.write(".git/config", "hidden");
        JsonNode first = store.open().complete();
        assertCounts(first, Map.of("listed", 4, "indexed", 2, "noContent", 1, "filtered", 1));
        assertThat(first.get("state").asString()).isEqualTo("COMPLETED");
        assertThat(store.ledger())
                .isEqualTo(Map.of(
                        "a.txt",
                        "INDEXED",
                        "deep/er/b.txt",
                        "INDEXED",
                        "empty.txt",
                        "NO_CONTENT(EMPTY)",
                        ".git/config",
                        "FILTERED(hidden)"));

        JsonNode second = store.open().complete();
        assertCounts(second, Map.of("listed", 4, "unchanged", 3, "filtered", 1, "units", 0));
    }

    /** 1,000 names are a page: what lies at its edges must be found in its range of the ledger, and in no other. */
    @Test
    void aFolderOfSeveralPagesIsComparedAcrossTheirEdges() throws IOException {
        for (int i = 0; i < 2_100; i++) {
            store.write(name(i), "");
        }
        assertCounts(store.open().complete(), Map.of("listed", 2_100, "noContent", 2_100));
        assertCounts(store.open().complete(), Map.of("listed", 2_100, "unchanged", 2_100));
        for (int edge : new int[] {998, 999, 1_000}) {
            Files.delete(store.root.resolve(name(edge)));
        }
        store.write(name(999) + ".new", "");
        assertCounts(
                store.open().complete(), Map.of("listed", 2_098, "unchanged", 2_097, "noContent", 1, "deleted", 3));
    }

    private static String name(int number) {
        return "f%05d".formatted(number);
    }

    @Test
    void whatTheStoreNoLongerHoldsIsDeletedWhenTheRunCloses() throws IOException {
        store.write("a.txt", "one");
        store.write("gone/b.txt", "two");
        store.write("gone/below/c.txt", "three");
        store.open().complete();
        Files.delete(store.root.resolve("gone/below/c.txt"));
        Files.delete(store.root.resolve("gone/below"));
        Files.delete(store.root.resolve("gone/b.txt"));
        Files.delete(store.root.resolve("gone"));

        JsonNode second = store.open().complete();
        assertCounts(second, Map.of("listed", 1, "unchanged", 1, "deleted", 2));
        assertThat(store.ledger()).containsOnlyKeys("a.txt");
    }

    @Test
    void failuresOfTheFileAreCarriedAndThoseOfTheClusterTriedAgain() {
        store.write("poison.doc", "one");
        store.write("unlucky.doc", "two");
        store.write("unreadable.doc", "three");
        JsonNode first = store.open()
                .complete(
                        Map.of("poison.doc", "CRASHED", "unlucky.doc", "NOT_PLACED", "unreadable.doc", "NOT_READABLE"));
        assertThat(first.get("state").asString()).isEqualTo("COMPLETED_WITH_FAILURES");

        JsonNode second = store.open().complete();
        assertCounts(second, Map.of("listed", 3, "failed", 1, "carried", 1, "indexed", 2));
        store.write("poison.doc", "repaired");
        assertCounts(store.open().complete(), Map.of("listed", 3, "indexed", 1, "unchanged", 2));
    }

    @Test
    void nothingHidesAsUnchangedAfterACancelledRun() {
        for (int i = 0; i < 20; i++) {
            store.write("f" + i + ".txt", "text " + i);
        }
        TestRun cancelled = store.open();
        cancelled.walk();
        cancelled.conclude(cancelled.take(2).get(0), Map.of());
        JsonNode first = cancelled.close(true);
        assertThat(first.get("state").asString()).isEqualTo("CANCELLED");
        assertCounts(first, Map.of("listed", 20, "indexed", 1, "failed", 19));

        assertCounts(store.open().complete(), Map.of("listed", 20, "unchanged", 1, "indexed", 19));
    }

    /** Else a run whose calls have little time, or a slow database, would never end. */
    @Test
    void aCallWithoutTimeCancelsAUnitAllTheSame() {
        for (int i = 0; i < 12; i++) {
            store.write("f" + i + ".txt", "text " + i);
        }
        TestRun run = store.open();
        run.walk();
        int units = run.take(3).size();
        RunningApi api = RunningApi.shared();
        TenantId tenant = api.bean(TenantLookup.class).byName("demo");
        RunRow row = api.bean(TenantTransactions.class)
                .in(tenant, () -> api.bean(RunRepository.class).get(tenant, run.id));
        PendingFiles pending = api.bean(PendingFiles.class);
        for (int left = units; left > 1; left--) {
            assertThat(pending.cancelUnits(tenant, row, Instant.MIN)).isFalse();
        }
        assertThat(pending.cancelUnits(tenant, row, Instant.MIN)).isTrue();
        assertThat(units).isGreaterThan(1);
    }

    @Test
    void aDeadPredecessorIsAbortedAndItsPendingFilesAreListedAgain() {
        for (int i = 0; i < 12; i++) {
            store.write("f" + i + ".txt", "text " + i);
        }
        TestRun dead = store.open();
        dead.walk();
        dead.conclude(dead.take(2).get(0), Map.of());

        TestRun next = store.open();
        JsonNode aborted = dead.totals();
        assertThat(aborted.get("state").asString()).isEqualTo("ABORTED");
        assertCounts(aborted, Map.of("listed", 12, "indexed", 1, "pending", 11));
        assertCounts(next.complete(), Map.of("listed", 12, "unchanged", 1, "indexed", 11));
    }

    @Test
    void aRunThatDoesNotDispatchOnlyCompares() {
        store.write("a.txt", "one");
        TestRun run = store.open("c", java.time.Instant.parse("2026-01-01T00:00:00Z"), false);
        run.walk();
        assertThat(run.take(10)).isEmpty();
        assertCounts(run.close(false), Map.of("listed", 1, "pending", 1, "unpacked", 1));
    }

    /** Named counts are as given, the others 0, and all of them balance. */
    static void assertCounts(JsonNode totals, Map<String, Integer> expected) {
        for (String name : new String[] {
            "listed",
            "indexed",
            "noContent",
            "unchanged",
            "moved",
            "filtered",
            "failed",
            "carried",
            "deleted",
            "pending"
        }) {
            if (expected.containsKey(name) || !name.equals("carried")) {
                assertThat(totals.get(name).asInt())
                        .as(name + " of " + totals)
                        .isEqualTo(expected.getOrDefault(name, 0));
            }
        }
        assertThat(totals.get("imbalance").isNull()).as(totals.toString()).isTrue();
        assertThat(totals.get("balanced").asBoolean()).isTrue();
    }
}
