package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.filter.FilterRules;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.store.Stores;
import dev.quarry.proxy.tenant.SiteAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Lost replies, late calls and calls that run twice at once. */
class RepeatedCallsTest {
    private static final int FILES = 700;

    private final TestStore store = new TestStore();

    @BeforeEach
    void files() {
        for (int i = 0; i < FILES; i++) {
            store.write("d" + i % 40 + "/f" + i + ".txt", "text " + i);
        }
    }

    @Test
    void advanceAskedAgainCountsNothingTwice() {
        TestRun run = store.open();
        JsonNode first = run.advance(1);
        assertThat(first.get("listed").asInt()).isPositive();
        assertThat(run.advance(1).get("listed")).isEqualTo(first.get("listed"));
        assertThat(run.advance(2).get("listed").asInt()).isEqualTo(FILES);
        assertThat(run.advance(2).get("listed").asInt()).isEqualTo(FILES);
    }

    @Test
    void aNumberThatNobodyCanHaveComeToIsRefused() {
        TestRun run = store.open();
        run.advance(1);
        run.advance(2);
        run.take(1, 1);
        for (int seq : new int[] {4, 0, -1}) {
            Answer answer = TestStore.control("/" + run.id + "/advance", "{\"seq\":" + seq + "}");
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.json().get("code").asString()).isEqualTo("stale_seq");
            assertThat(TestStore.control("/" + run.id + "/units", "{\"seq\":" + seq + ",\"max\":1}")
                            .status())
                    .isEqualTo(409);
        }
    }

    @Test
    void anAdvanceOfAnOlderNumberAnswersWhatIsAndTheNextIsStillTheNext() {
        TestRun run = store.open();
        run.advance(1);
        run.advance(2);
        JsonNode now = run.advance(3);
        assertThat(run.advance(1)).isEqualTo(now);
        assertThat(run.advance(2)).isEqualTo(now);
        assertThat(run.advance(4).get("listed").asInt()).isEqualTo(FILES);
    }

    /** What a reset workflow's predecessor may still have under way. */
    @Test
    void anAdvanceThatStillListsWhenItsNumberIsOverCommitsNothing() throws Exception {
        RunningApi api = RunningApi.shared();
        TestRun run = store.open();
        int listed = run.advance(1).get("listed").asInt();
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        assertThat(api.bean(MergePages.class).commit(tenant, row(tenant, run), 1, List.of(nextPage(tenant, run))))
                .isEqualTo(MergePages.Result.OVERTAKEN);
        assertThat(run.totals().get("listed").asInt()).isEqualTo(listed);
        assertThat(run.walkAfter(1).get("listed").asInt()).isEqualTo(FILES);
    }

    @Test
    void concurrentAdvancesOfOneNumberListEveryFileOnce() throws Exception {
        TestRun run = store.open();
        for (int seq = 1; seq <= 2; seq++) {
            int number = seq;
            together(4, () -> run.advance(number));
        }
        JsonNode totals = run.walkAfter(2);
        assertThat(totals.get("listed").asInt()).isEqualTo(FILES);
        assertThat(totals.get("pending").asInt()).isEqualTo(FILES);
        run.work(Map.of());
        RunsTest.assertCounts(run.close(false), Map.of("listed", FILES, "indexed", FILES));
    }

    /** Two callers that listed the same pages: what the calls above reach only by luck. */
    @Test
    void aPageIsCommittedOnceByWhoeverIsFirst() throws Exception {
        RunningApi api = RunningApi.shared();
        TestRun run = store.open();
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        RunRow row = row(tenant, run);
        ScopePage page = nextPage(tenant, run);
        List<MergePages.Result> results =
                together(4, () -> api.bean(MergePages.class).commit(tenant, row, 1, List.of(page)));
        assertThat(results)
                .containsExactlyInAnyOrder(
                        MergePages.Result.COMMITTED,
                        MergePages.Result.LOST,
                        MergePages.Result.LOST,
                        MergePages.Result.LOST);
        assertThat(run.walk().get("listed").asInt()).isEqualTo(FILES);
    }

    private static RunRow row(TenantId tenant, TestRun run) {
        RunningApi api = RunningApi.shared();
        return api.bean(TenantTransactions.class)
                .in(tenant, () -> api.bean(RunRepository.class).get(tenant, run.id));
    }

    /** Of the first open folder: listed, and not committed. */
    private static ScopePage nextPage(TenantId tenant, TestRun run) throws Exception {
        RunningApi api = RunningApi.shared();
        TenantTransactions transactions = api.bean(TenantTransactions.class);
        UUID store = row(tenant, run).store();
        Store registered =
                transactions.in(tenant, () -> api.bean(StoreRepository.class).get(tenant, store));
        ScopePage.OpenScope open = transactions
                .in(tenant, () -> api.bean(Scopes.class).open(tenant, run.id, 10))
                .get(0);
        return ScopePage.listed(
                open,
                api.bean(Stores.class).lister(registered).list(open.path(), open.after(), 1000),
                FilterRules.standard());
    }

    @Test
    void concurrentAndRepeatedTakesOfOneNumberGiveTheSameUnits() throws Exception {
        TestRun run = store.open();
        run.walk();
        List<JsonNode> answers = together(4, () -> run.take(1, 3));
        assertThat(new HashSet<>(
                        answers.stream().map(answer -> answer.get("units")).toList()))
                .hasSize(1);
        assertThat(run.take(1, 3).get("units")).isEqualTo(answers.get(0).get("units"));
        JsonNode next = run.take(2, 100).get("units");
        List<UUID> all = new ArrayList<>(TestStore.unitsOf(answers.get(0).get("units")));
        all.addAll(TestStore.unitsOf(next));
        assertThat(new HashSet<>(all)).hasSameSizeAs(all);
        int packed = TestStore.superuser()
                .sql(
                        "select count(distinct i.file) from quarry.unit_item i join quarry.unit u on u.id = i.unit where u.run = ?")
                .param(run.id)
                .query(Integer.class)
                .single();
        assertThat(packed).isEqualTo(FILES);
    }

    @Test
    void theFirstUnitsAreSmall() {
        TestRun run = store.open();
        run.advance(1);
        List<Integer> sizes = new ArrayList<>();
        run.take(1, 3).get("units").forEach(unit -> sizes.add(unit.get("files").asInt()));
        assertThat(sizes).containsExactly(1, 8, 64);
    }

    @Test
    void openingAgainJoinsAndAnOlderChainIsRefused() throws Exception {
        Instant newer = Instant.parse("2026-01-02T00:00:00Z");
        List<JsonNode> joined =
                together(4, () -> store.openAnswer("new", newer, true).json());
        assertThat(new HashSet<>(joined)).hasSize(1);
        assertThat(joined.get(0).get("generation").asInt()).isEqualTo(1);
        Answer late = store.openAnswer("old", newer.minusSeconds(60), true);
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.json().get("code").asString()).isEqualTo("older_chain");
        // Even once the newer one is over: a chain that is dead opens nothing any more.
        store.open("new", newer, true).close(true);
        assertThat(store.openAnswer("old", newer.minusSeconds(60), true).status())
                .isEqualTo(409);
    }

    @Test
    void closingAgainOrAtOnceChangesNothing() throws Exception {
        TestRun run = store.open();
        run.advance(1);
        run.take(1, 2);
        together(4, () -> run.close(true));
        JsonNode closed = run.close(false);
        assertThat(closed.get("state").asString()).isEqualTo("CANCELLED");
        assertThat(closed.get("balanced").asBoolean()).as(closed.toString()).isTrue();
        // What comes after the end finds nothing to do.
        assertThat(run.take(2, 10).get("units")).isEmpty();
        assertThat(run.advance(2).get("listed")).isEqualTo(closed.get("listed"));
    }

    private static <T> List<T> together(int callers, Callable<T> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<T> answers = new ArrayList<>();
            for (Future<T> answer : threads.invokeAll(java.util.Collections.nCopies(callers, call))) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }
}
