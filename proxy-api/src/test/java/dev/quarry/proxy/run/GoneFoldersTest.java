package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

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

    /** Chunk after chunk; what a statement reads is counted where it is not committed yet. */
    @Test
    void whatIsMarkedIsNotReadAgainByTheNextChunk() {
        TestRun run = walkedWithoutTheFolder();
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        long read = transactions.in(tenant, () -> {
            assertThat(gone.mark(tenant, row(tenant, run), Instant.MAX)).isTrue();
            return api.bean(JdbcClient.class)
                    .sql(
                            "select sum(idx_tup_fetch + seq_tup_read) from pg_stat_xact_user_tables where relname like 'file%'")
                    .query(Long.class)
                    .single();
        });
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
            assertThat(gone.mark(tenant, row(tenant, run), Instant.MAX)).isTrue();
            return api.bean(JdbcClient.class)
                    .sql(
                            "select sum(idx_tup_fetch + seq_tup_read) from pg_stat_xact_user_tables where relname in ('folder', 'gone_folder')")
                    .query(Long.class)
                    .single();
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
