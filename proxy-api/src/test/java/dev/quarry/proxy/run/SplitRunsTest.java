package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.filter.FilterRules;
import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.MemoryBuckets;
import dev.quarry.proxy.store.MemoryStore;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.tenant.SiteAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Whole runs over a folder that is listed in several ranges at once. */
class SplitRunsTest {
    private static final int FILES = 300;

    private final String bucket = "memory-" + UUID.randomUUID();
    private final MemoryStore keys = MemoryBuckets.of(bucket);
    private final TestStore store = TestStore.memory(bucket).walkedBy(SmallPages.api());

    @Test
    void aFlatPrefixIsListedInRangesThatAddUp() {
        flatPrefix();
        put("f150/x");
        for (Map<String, Integer> counts : List.of(
                Map.of("listed", FILES + 1, "indexed", FILES + 1),
                Map.of("listed", FILES + 1, "unchanged", FILES + 1))) {
            TestRun run = store.open();
            RunsTest.assertCounts(run.complete(), counts);
            assertRangesOfTheRoot(run, FILES);
        }
    }

    /** The ranges follow each other without a gap, and each was listed completely. */
    static void assertRangesOfTheRoot(TestRun run, int files) {
        JsonNode scopes = TestStore.people("/api/v1/runs/" + run.id + "/scopes?limit=1000")
                .json()
                .get("scopes");
        List<JsonNode> ranges = new ArrayList<>();
        scopes.forEach(scope -> {
            if (scope.get("path").asString().isEmpty()) {
                ranges.add(scope);
            }
        });
        ranges.sort(Comparator.comparing(range -> range.get("begins").asString("")));
        assertThat(ranges).as(scopes.toString()).hasSizeGreaterThan(2);
        String end = "";
        int entries = 0;
        for (JsonNode range : ranges) {
            assertThat(range.get("state").asString()).isEqualTo("COMPLETE");
            assertThat(range.get("begins").asString("")).isEqualTo(end);
            end = range.get("until").asString("");
            entries += range.get("entries").asInt();
            assertThat(range.get("pages").asInt()).isPositive();
            if (range.get("entries").asInt() > 0) {
                // A folder is shown without the slash that it is sorted with.
                assertThat(range.get("first").asString() + "/")
                        .isGreaterThan(range.get("begins").asString(""));
            }
            if (!end.isEmpty() && range.get("entries").asInt() > 0) {
                assertThat(range.get("last").asString()).isLessThanOrEqualTo(end);
            }
        }
        assertThat(end).as("end of the last range").isEmpty();
        assertThat(entries).isEqualTo(files);
    }

    @Test
    void whatIsNewChangedMovedAndGoneIsFoundInWhicheverRangeItLies() {
        flatPrefix();
        store.open().complete();
        keys.remove(KeyBytes.utf8("f003"));
        keys.remove(KeyBytes.utf8("f297"));
        keys.move(KeyBytes.utf8("f290"), KeyBytes.utf8("f005b"));
        put("f100");
        put("f200b");
        RunsTest.assertCounts(
                store.open().complete(),
                Map.of("listed", FILES - 1, "unchanged", FILES - 4, "moved", 1, "indexed", 2, "deleted", 2));
    }

    @Test
    void callsAtOnceSplitAndListEverythingOnce() throws Exception {
        flatPrefix();
        TestRun run = store.open();
        int seq = 0;
        JsonNode totals;
        do {
            int number = ++seq;
            totals = together(3, () -> run.advance(number)).get(0);
        } while (!totals.get("listingComplete").asBoolean());
        assertThat(totals.get("listed").asInt()).isEqualTo(FILES);
        run.work(Map.of());
        RunsTest.assertCounts(run.close(false), Map.of("listed", FILES, "indexed", FILES));
        assertRangesOfTheRoot(run, FILES);
    }

    /** A range that was not listed completely proves nothing; another of the same folder proves what it holds. */
    @Test
    void onlyWhatACompleteRangeNoLongerHoldsIsDeleted() throws StoreException {
        flatPrefix();
        store.open().complete();
        keys.remove(KeyBytes.utf8("f050"));
        keys.remove(KeyBytes.utf8("f250"));
        TestRun run = store.open();
        Pages pages = new Pages(run);
        pages.commit(pages.listed(pages.only(), 10).splitAt(Optional.of(KeyBytes.utf8("f150"))));
        pages.commit(pages.listed(pages.beginning("f150"), 1_000));
        pages.commit(ScopePage.failed(pages.only(), "refused"));
        run.walk();
        RunsTest.assertCounts(run.close(false), Map.of("listed", 158, "unchanged", 158, "deleted", 1));
        assertThat(store.ledger()).containsKey("f050").doesNotContainKey("f250");
    }

    /** A bucket sorts {@code a!} before the folder {@code a}, and the ledger has it behind. */
    @Test
    void aFolderAtTheSeamIsThereWhicheverRangeIsListedFirst() throws StoreException {
        for (boolean leftFirst : new boolean[] {true, false}) {
            seam();
            TestRun run = store.open();
            Pages pages = splitInTheMiddleOf("a!", run);
            List<String> order = leftFirst ? List.of("", "a!20") : List.of("a!20", "");
            for (String range : order) {
                pages.commit(pages.listed(pages.beginning(range), 1_000));
            }
            run.walk();
            RunsTest.assertCounts(run.close(false), Map.of("listed", 43, "unchanged", 43));
        }
    }

    @Test
    void aFolderIsNotGoneBecauseTheRangeBeforeItDoesNotHoldIt() throws StoreException {
        seam();
        TestRun run = store.open();
        Pages pages = splitInTheMiddleOf("a!", run);
        pages.commit(pages.listed(pages.beginning(""), 1_000));
        pages.commit(ScopePage.failed(pages.only(), "refused"));
        run.walk();
        RunsTest.assertCounts(run.close(false), Map.of("listed", 23, "unchanged", 23));
        assertThat(store.ledger()).containsKey("a/x");
    }

    /** A first page; then forty files before the folder, which sorts before them by its name alone. */
    private void seam() {
        keys.keys().forEach(keys::remove);
        put("A0");
        put("A1");
        for (int i = 0; i < 40; i++) {
            put(String.format("a!%02d", i));
        }
        put("a/x");
        store.open().complete();
    }

    private Pages splitInTheMiddleOf(String names, TestRun run) throws StoreException {
        Pages pages = new Pages(run);
        pages.commit(pages.listed(pages.only(), 2).splitAt(Optional.of(KeyBytes.utf8(names + "20"))));
        return pages;
    }

    private void flatPrefix() {
        for (int i = 0; i < FILES; i++) {
            put(String.format("f%03d", i));
        }
    }

    private void put(String key) {
        keys.put(KeyBytes.utf8(key), new byte[3]);
    }

    private static <T> List<T> together(int callers, Callable<T> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<T> answers = new ArrayList<>();
            for (Future<T> answer : threads.invokeAll(Collections.nCopies(callers, call))) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Lists and commits in an order of the test's own. */
    private final class Pages {
        private final RunningApi api = RunningApi.shared();
        private final TenantTransactions transactions = api.bean(TenantTransactions.class);
        private final TenantId tenant;
        private final RunRow run;

        Pages(TestRun test) {
            tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, test.id);
            run = transactions.in(tenant, () -> api.bean(RunRepository.class).get(tenant, test.id));
        }

        private List<OpenScope> open() {
            return transactions.in(tenant, () -> api.bean(Scopes.class).open(tenant, run.id(), 10));
        }

        OpenScope only() {
            assertThat(open()).hasSize(1);
            return open().get(0);
        }

        OpenScope beginning(String name) {
            return open().stream()
                    .filter(scope -> scope.id().begins().equals(KeyBytes.utf8(name)))
                    .findFirst()
                    .orElseThrow();
        }

        ScopePage listed(OpenScope scope, int max) throws StoreException {
            return ScopePage.listed(scope, keys.list(scope.path(), scope.after(), max), FilterRules.standard());
        }

        void commit(ScopePage page) {
            assertThat(api.bean(MergePages.class).commit(tenant, run, 1, List.of(page)))
                    .isIn(MergePages.Result.COMMITTED, MergePages.Result.DISPATCHED);
        }
    }
}
