package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.tenant.SiteAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A store's sums are the same however they are made. */
class LedgerSumsTest {
    private static final int FOLDERS = 30;
    private static final int FILES_OF_ONE = 25;

    private final RunningApi api = RunningApi.shared();
    private final TenantTransactions transactions = api.bean(TenantTransactions.class);
    private final JdbcClient jdbc = api.bean(JdbcClient.class);
    private final TestStore store = new TestStore();

    @Test
    void ofALargeStoreTheyAreMadeInChunksWhereverThoseEnd() throws IOException {
        TestRun run = ofAllKinds();
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        RunRow row = transactions.in(tenant, () -> api.bean(RunRepository.class).get(tenant, run.id));
        Map<String, Long> atOnce = new LedgerSums(transactions, jdbc, Integer.MAX_VALUE - 1, 1)
                .of(tenant, row, RunState.ABORTED, Instant.MAX)
                .orElseThrow();
        assertThat(atOnce)
                .containsEntry("files", 54L)
                .containsEntry("carried", 1L)
                .containsEntry("failed", 1L);
        for (int chunk : new int[] {1, 2, 7, FILES_OF_ONE, 1_000}) {
            LedgerSums sums = new LedgerSums(transactions, jdbc, 0, chunk);
            assertThat(sums.of(tenant, row, RunState.ABORTED, Instant.MAX))
                    .as("by %s", chunk)
                    .contains(atOnce);
        }
    }

    @Test
    void aCallThatRunsOutOfTimeIsGoneOnWithByTheNext() throws IOException {
        TestRun run = ofAllKinds();
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        RunRow row = transactions.in(tenant, () -> api.bean(RunRepository.class).get(tenant, run.id));
        LedgerSums sums = new LedgerSums(transactions, jdbc, 0, 10);
        Optional<Map<String, Long>> made = Optional.empty();
        int calls = 0;
        while (made.isEmpty()) {
            made = sums.of(tenant, row, RunState.ABORTED, Instant.MIN);
            calls++;
        }
        assertThat(made.get()).containsEntry("files", 54L);
        assertThat(calls).isBetween(5, 7);
    }

    private TestRun ofAllKinds() throws IOException {
        for (int folder = 0; folder < FOLDERS; folder++) {
            store.write("d" + folder + "/a.txt", "one");
        }
        for (int file = 0; file < FILES_OF_ONE; file++) {
            store.write("many/" + file + ".txt", "two");
        }
        store.write("empty", "");
        store.open().complete(Map.of("many/3.txt", "CORRUPT", "d0/a.txt", "CORRUPT"));
        store.write("many/3.txt", "changed");
        Files.delete(store.root.resolve("many/4.txt"));
        Files.delete(store.root.resolve("d1/a.txt"));
        TestRun run = store.open();
        run.walk();
        run.work(Map.of("many/3.txt", "CORRUPT"));
        return run;
    }
}
