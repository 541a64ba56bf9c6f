package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.Eventually;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.MemoryBuckets;
import dev.quarry.proxy.store.MemoryStore;
import dev.quarry.proxy.tenant.SiteAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class GoneFoldersTest {
    private static final int FILES = 10_000;

    private final RunningApi api = RunningApi.shared();
    private final TenantTransactions transactions = api.bean(TenantTransactions.class);
    private final GoneFolders gone = api.bean(GoneFolders.class);
    private final String bucket = "memory-" + UUID.randomUUID();
    private final MemoryStore keys = MemoryBuckets.of(bucket);
    private final TestStore store = TestStore.memory(bucket);

    @Test
    void whatIsMarkedIsNotReadAgainByTheNextChunk() {
        TestRun run = walkedWithoutTheFolder();
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        long read = transactions.in(
                tenant,
                () -> RowsRead.of(
                        api.bean(JdbcClient.class),
                        "file",
                        () -> assertThat(gone.mark(tenant, row(tenant, run), Instant.MAX))
                                .isTrue()));
        assertThat(marked(run)).isEqualTo(FILES);
        assertThat(read).isLessThan(4L * FILES);
    }

    @Test
    void aCallThatRunsOutOfTimeIsGoneOnWithByTheNext() {
        TestRun run = walkedWithoutTheFolder();
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        int calls = 1;
        while (!gone.mark(tenant, row(tenant, run), Instant.MIN)) {
            calls++;
        }
        assertThat(calls).isBetween(FILES / 1_000, FILES / 1_000 + 8);
        assertThat(marked(run)).isEqualTo(FILES);
    }

    /** So few rows PostgreSQL would rather read all and sort than find by an index. */
    @Test
    void foldersAreFoundLevelByLevelAndDeletedInChunks() {
        TestRun run = walkedWithoutTheFolder();
        small("z", 12_000, 0);
        below(2_000);
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        long folders = folders();
        TestStore.superuser().sql("analyze quarry.folder").update();
        long read = transactions.in(tenant, () -> {
            for (String way : List.of("sort", "seqscan", "bitmapscan", "hashjoin", "mergejoin")) {
                api.bean(JdbcClient.class)
                        .sql("set local enable_" + way + " = off")
                        .update();
            }
            return RowsRead.of(
                    api.bean(JdbcClient.class),
                    "folder|gone_folder",
                    () -> assertThat(gone.mark(tenant, row(tenant, run), Instant.MAX))
                            .isTrue());
        });
        assertThat(read).isLessThan(5L * folders);
        int calls = 1;
        while (!gone.delete(tenant, row(tenant, run), Instant.MIN)) {
            calls++;
            assertThat(folders()).as("so many at once").isGreaterThanOrEqualTo(folders - 5_000L * calls);
        }
        assertThat(calls).isEqualTo(4);
        assertThat(folders()).as("the root").isEqualTo(1);
    }

    @Test
    void aWalkOverWhatIsMarkedReadsNoMoreAtOnceThanAnother() {
        TestRun run = walkedWithoutTheFolder();
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        assertThat(gone.mark(tenant, row(tenant, run), Instant.MAX)).isTrue();
        GoneFolders ofAnotherProcess =
                new GoneFolders(transactions, api.bean(RunRepository.class), api.bean(JdbcClient.class));
        int calls = 1;
        while (!ofAnotherProcess.mark(tenant, row(tenant, run), Instant.MIN)) {
            calls++;
        }
        assertThat(calls).isGreaterThanOrEqualTo(FILES / 1_000);
        assertThat(marked(run)).isEqualTo(FILES);
    }

    @Test
    void whoFindsAnotherDeletingFoldersWaitsForItAndDeletesTheRest() throws Exception {
        TestRun run = walkedWithoutTheFolder();
        small("z", 8_000, 0);
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        assertThat(gone.mark(tenant, row(tenant, run), Instant.MAX)).isTrue();
        CompletableFuture<Boolean> other = transactions.in(tenant, () -> {
            assertThat(gone.delete(tenant, row(tenant, run), Instant.MIN)).isFalse();
            CompletableFuture<Boolean> begun =
                    CompletableFuture.supplyAsync(() -> gone.delete(tenant, row(tenant, run), Instant.MAX));
            awaitSomebodyWaiting();
            return begun;
        });
        assertThat(other.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(folders()).as("the root").isEqualTo(1);
    }

    private static void awaitSomebodyWaiting() {
        Eventually.holds(
                "the other one waits",
                () -> TestStore.superuser()
                        .sql("select exists (select from pg_locks where not granted)")
                        .query(Boolean.class)
                        .single());
    }

    @Test
    void whatAnEarlierRunLeftOfItsListGoesWithTheNext() {
        TestRun run = walkedWithoutTheFolder();
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        assertThat(gone.mark(tenant, row(tenant, run), Instant.MAX)).isTrue();
        TestStore.superuser()
                .sql("update quarry.run set state = 'ABORTED', ended_at = now() where id = ?")
                .param(run.id)
                .update();
        assertThat(listed()).isPositive();
        TestRun next = store.openListingOnly();
        next.walk();
        next.close(false);
        assertThat(listed()).isZero();
    }

    private long listed() {
        return TestStore.superuser()
                .sql("select count(*) from quarry.gone_folder g join quarry.run r on r.id = g.run where r.store = ?")
                .param(store.id())
                .query(Long.class)
                .single();
    }

    /** As if so many of the folders had one more in them each. */
    private void below(int folders) {
        TestStore.superuser()
                .sql("""
                        insert into quarry.folder (tenant, id, store, parent, path, path_sha256, name, display)
                        select tenant, gen_random_uuid(), store, id, path || '/y'::bytea, sha256(path || '/y'::bytea), 'y'::bytea, 'y'
                        from quarry.folder where store = :store and display like 'z%' limit :folders""")
                .param("folders", folders)
                .param("store", store.id())
                .update();
    }

    private long folders() {
        return TestStore.superuser()
                .sql("select count(*) from quarry.folder where store = ?")
                .param(store.id())
                .query(Long.class)
                .single();
    }

    private TestRun walkedWithoutTheFolder() {
        for (String key : new String[] {"d/1/a", "d/a", "stays"}) {
            keys.put(KeyBytes.utf8(key), new byte[] {1});
        }
        store.open().complete();
        copied("d/a", FILES / 4 - 1);
        copied("d/1/a", FILES / 4 - 1);
        small("x", FILES / 20, 10);
        for (String key : new String[] {"d/1/a", "d/a"}) {
            keys.remove(KeyBytes.utf8(key));
        }
        TestRun run = store.open();
        run.walk();
        return run;
    }

    /** As if there had been so many more files in its folder. */
    private void copied(String path, int times) {
        TestStore.superuser()
                .sql("""
                        insert into quarry.file (tenant, id, store, folder, name, key, key_sha256, display, path, size, version, lane, outcome, generation)
                        select f.tenant, gen_random_uuid(), f.store, f.folder, f.name || n::text::bytea, f.key || n::text::bytea, sha256(f.key || n::text::bytea),
                          f.display || n, f.path || n, f.size, f.version, f.lane, f.outcome, f.generation
                        from quarry.file f cross join generate_series(1, :times) as n where f.store = :store and f.path = :path""")
                .param("times", times)
                .param("store", store.id())
                .param("path", path)
                .update();
    }

    /** As if there had been so many more folders, each with so many files. */
    private void small(String names, int folders, int files) {
        TestStore.superuser()
                .sql("""
                        with added as (
                          insert into quarry.folder (tenant, id, store, parent, path, path_sha256, name, display)
                          select tenant, gen_random_uuid(), store, id, path || ('/' || :names || n)::bytea, sha256(path || ('/' || :names || n)::bytea), (:names || n)::bytea, :names || n
                          from quarry.folder cross join generate_series(1, :folders) as n where store = :store and display = 'd' returning id, path)
                        insert into quarry.file (tenant, id, store, folder, name, key, key_sha256, display, path, size, version, lane, outcome, generation)
                        select f.tenant, gen_random_uuid(), f.store, a.id, n::text::bytea, k.key, sha256(k.key), n, convert_from(k.key, 'UTF8'), f.size, f.version, f.lane, f.outcome,
                          f.generation
                        from quarry.file f cross join added a cross join generate_series(1, :files) as n cross join lateral (select a.path || ('/' || n)::bytea as key) k
                        where f.store = :store and f.path = 'd/a'""")
                .param("names", names)
                .param("folders", folders)
                .param("files", files)
                .param("store", store.id())
                .update();
    }

    private long marked(TestRun run) {
        return TestStore.superuser()
                .sql(
                        "select count(*) from quarry.file f join quarry.run r on r.store = f.store and r.generation = f.vanished_generation where r.id = ?")
                .param(run.id)
                .query(Long.class)
                .single();
    }

    private RunRow row(TenantId tenant, TestRun run) {
        return transactions.in(tenant, () -> api.bean(RunRepository.class).get(tenant, run.id));
    }
}
