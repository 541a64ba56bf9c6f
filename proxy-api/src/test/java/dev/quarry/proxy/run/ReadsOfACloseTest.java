package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.tenant.SiteAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a close asks of a store reads what it is about, and not the store. So few rows PostgreSQL would rather read all. */
class ReadsOfACloseTest {
    private static final int MANY = 20_000;

    private final RunningApi api = RunningApi.shared();
    private final TenantTransactions transactions = api.bean(TenantTransactions.class);
    private final TestStore store = new TestStore();

    @Test
    void howMuchHasVanishedLeavesOutWhatLiesInAScopeThatWasLeftHalfWay() {
        TestRun run = overKnown();
        like("d/a.txt", "vanished", 500, "'INDEXED', 1, 2");
        like("e/b.txt", "marked", 10, "'INDEXED', 1, 2");
        like("e/b.txt", "unseen", MANY, "'INDEXED', 1, null");
        TestStore.superuser().sql("""
                        update quarry.scope s set state = 'OPEN', after = 'marked999999'::bytea from quarry.folder f
                        where f.id = s.folder and f.display = 'e' and s.run = ?""").param(run.id).update();
        assertThat(reads(
                        run,
                        (tenant, row) -> assertThat(
                                        api.bean(VanishedFiles.class).count(tenant, row))
                                .isEqualTo(500)))
                .isLessThan(2_000);
    }

    @Test
    void cancellingDoesNotReadWhatAnEarlierRunOnlyListed() {
        TestRun run = overKnown();
        like("d/a.txt", "only-listed", MANY, "'PENDING', 1, null");
        like("d/a.txt", "queued", 10, "'PENDING', 2, null");
        TestStore.superuser()
                .sql(
                        "update quarry.file set pending_seq = nextval('quarry.pending_order') where store = ? and path like 'queued%'")
                .param(store.id())
                .update();
        assertThat(reads(
                        run,
                        (tenant, row) -> assertThat(api.bean(PendingFiles.class).withdraw(tenant, row, Instant.MAX))
                                .isTrue()))
                .isLessThan(1_000);
        assertThat(store.ledger().values().stream().filter("FAILED(CANCELLED)"::equals))
                .hasSize(10);
    }

    private long reads(TestRun run, BiConsumer<TenantId, RunRow> asked) {
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        TestStore.superuser().sql("analyze quarry.file").update();
        JdbcClient jdbc = api.bean(JdbcClient.class);
        return transactions.in(tenant, () -> {
            for (String way : List.of("sort", "seqscan", "bitmapscan")) {
                jdbc.sql("set local enable_" + way + " = off").update();
            }
            RunRow row = api.bean(RunRepository.class).get(tenant, run.id);
            return RowsRead.of(jdbc, "file", () -> asked.accept(tenant, row));
        });
    }

    private TestRun overKnown() {
        store.write("d/a.txt", "one");
        store.write("e/b.txt", "two");
        store.open().complete();
        TestRun run = store.open();
        run.walk();
        return run;
    }

    /** @param state outcome, generation, vanished_generation */
    private void like(String path, String names, int times, String state) {
        TestStore.superuser()
                .sql("""
                        insert into quarry.file (tenant, id, store, folder, name, key, key_sha256, display, path, size, version, lane,
                          concluded_version, concluded_extractors, outcome, generation, vanished_generation)
                        select tenant, gen_random_uuid(), store, folder, n.name::bytea, n.name::bytea, sha256(n.name::bytea), n.name, n.name, size, version, lane,
                          version, concluded_extractors, %s
                        from quarry.file cross join (select :names || (100000 + i) as name from generate_series(1, :times) as i) n
                        where store = :store and path = :path""".formatted(state))
                .param("names", names)
                .param("times", times)
                .param("store", store.id())
                .param("path", path)
                .update();
    }
}
