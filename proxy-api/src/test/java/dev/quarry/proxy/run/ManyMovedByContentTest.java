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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** More than go into one chunk. Rows as a close finds them are written straight into the ledger. */
class ManyMovedByContentTest {
    private static final int FILES = 20_000;
    private static final int EQUAL = 2_500;

    private final RunningApi api = RunningApi.shared();
    private final TenantTransactions transactions = api.bean(TenantTransactions.class);
    private final MovedByContent moved = api.bean(MovedByContent.class);
    private final TestStore store = new TestStore();
    private TestRun run = store.open();
    private TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);

    @BeforeEach
    void aSecondRun() {
        store.write("d/a.txt", "one");
        run.complete();
        run = store.open();
    }

    /** So few rows PostgreSQL would rather sort than find by an index. */
    @Test
    void whatIsReadForAChunkIsNoneOfWhatOtherChunksRead() {
        written("old", FILES, "1, 1, 2", "i");
        written("new", FILES, "2, 2, null", "i");
        TestStore.superuser().sql("analyze quarry.file").update();
        long read = transactions.in(tenant, () -> {
            for (String way : List.of("sort", "seqscan", "bitmapscan")) {
                api.bean(JdbcClient.class)
                        .sql("set local enable_" + way + " = off")
                        .update();
            }
            return RowsRead.of(
                    api.bean(JdbcClient.class),
                    "file",
                    () -> assertThat(moved.recognize(tenant, row(), Instant.MAX))
                            .isTrue());
        });
        assertThat(known()).isEqualTo(FILES);
        assertThat(read).isLessThan(28L * FILES);
    }

    @Test
    void aCallThatRunsOutOfTimeIsGoneOnWithByTheNext() {
        written("old", FILES, "1, 1, 2", "i + 100");
        written("new", FILES, "2, 2, null", "i");
        int calls = 1;
        while (!moved.recognize(tenant, row(), Instant.MIN)) {
            calls++;
        }
        assertThat(calls).isBetween(FILES / 1_000, FILES / 1_000 + 1);
        assertThat(known()).as("all but a hundred").isEqualTo(FILES - 100);
    }

    @Test
    void ofEqualFilesThatFillMoreThanAChunkAsManyAreKnownAgainAsAreGone() {
        written("new", EQUAL, "2, 2, null", "0");
        written("old", EQUAL - 300, "1, 1, 2", "0");
        written("new-last", 10, "2, 2, null", "i");
        written("old-last", 10, "1, 1, 2", "i");
        while (!moved.recognize(tenant, row(), Instant.MIN)) {
            assertThat(known()).isPositive();
        }
        assertThat(known()).isEqualTo(EQUAL - 300 + 10);
    }

    private RunRow row() {
        return transactions.in(tenant, () -> api.bean(RunRepository.class).get(tenant, run.id));
    }

    private long known() {
        return TestStore.superuser()
                .sql("select count(*) from quarry.file where store = ? and moved_from like 'old%' and path like 'new%'")
                .param(store.id())
                .query(Long.class)
                .single();
    }

    /**
     * @param state first_concluded, generation, vanished_generation
     * @param content of the {@code i}th
     */
    private void written(String names, int times, String state, String content) {
        TestStore.superuser()
                .sql("""
                        insert into quarry.file (tenant, id, store, folder, name, key, key_sha256, display, path, size, version, lane,
                          concluded_version, concluded_extractors, outcome, content_sha256, first_concluded, generation, vanished_generation)
                        select tenant, gen_random_uuid(), store, folder, n.name::bytea, n.name::bytea, sha256(n.name::bytea), n.name, n.name, size, version, lane,
                          version, concluded_extractors, 'INDEXED', sha256(n.content::bytea), %s
                        from quarry.file cross join (select :names || (100000 + i) as name, (%s)::text as content from generate_series(1, :times) as i) n
                        where store = :store and path = 'd/a.txt'""".formatted(state, content))
                .param("names", names)
                .param("times", times)
                .param("store", store.id())
                .update();
    }
}
