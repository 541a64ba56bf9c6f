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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A file that is found again under another key keeps its id and all that is known about it, and is not extracted again. */
class MovesTest {
    private final TestStore store = new TestStore();

    @Test
    void aRenamedFileKeepsItsIdAndIsFoundByItsNewNameAndItsText() throws IOException {
        store.write("a/alpha.txt", "one");
        store.open().complete();
        sawWord("alpha.txt", "saffron");
        String id = id("a/alpha.txt");

        move("a/alpha.txt", "b/omega.txt");
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "moved", 1, "units", 0));
        assertThat(store.ledger()).isEqualTo(Map.of("b/omega.txt", "INDEXED"));
        assertThat(id("b/omega.txt")).isEqualTo(id);
        assertThat(store.found("omega")).containsExactly("b/omega.txt");
        assertThat(store.found("saffron")).containsExactly("b/omega.txt");
        assertThat(store.found("alpha")).isEmpty();
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "unchanged", 1));
    }

    @Test
    void aWordOfTheOldNameThatTheTextHasTooIsStillFound() throws IOException {
        store.write("saffron.txt", "one");
        store.open().complete();
        sawWord("saffron.txt", "saffron");
        move("saffron.txt", "thyme.txt");
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "moved", 1));
        assertThat(store.found("saffron")).containsExactly("thyme.txt");
    }

    @Test
    void aRenamedFolderMovesEverythingBelowIt() throws IOException {
        for (int i = 0; i < 30; i++) {
            store.write("old/" + i % 3 + "/f" + i + ".txt", "text " + i);
        }
        store.open().complete();
        move("old", "new");
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 30, "moved", 30, "units", 0));
        assertThat(store.ledger().keySet()).hasSize(30).allMatch(path -> path.startsWith("new/"));
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 30, "unchanged", 30));
    }

    @Test
    void aSecondNameOfAFileThatIsStillThereIsNew() throws IOException {
        store.write("a.txt", "one");
        store.open().complete();
        Files.createLink(store.root.resolve("b.txt"), store.root.resolve("a.txt"));
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "unchanged", 1, "indexed", 1));
    }

    @Test
    void oneOfTwoVanishedNamesOfAFileIsMovedAndTheOtherDeleted() throws IOException {
        store.write("a.txt", "one");
        Files.createLink(store.root.resolve("b.txt"), store.root.resolve("a.txt"));
        store.open().complete();
        move("a.txt", "c.txt");
        Files.delete(store.root.resolve("b.txt"));
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "moved", 1, "deleted", 1));
    }

    @Test
    void aFileThatFailedIsTriedAgainUnderItsNewName() throws IOException {
        store.write("poison.doc", "one");
        store.open().complete(Map.of("poison.doc", "CRASHED"));
        move("poison.doc", "cure.doc");
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "indexed", 1, "deleted", 1));
    }

    @Test
    void aFileWhoseNewNameLeadsToAnotherLaneIsExtractedThere() throws IOException {
        store.write("film.bin", "one");
        store.write("film2.bin", "two");
        store.open().complete();
        move("film.bin", "film.tiny");
        move("film2.bin", "other.bin");
        RunsTest.assertCounts(
                store.open().complete(), Map.of("listed", 2, "moved", 1, "indexed", 1, "deleted", 1, "units", 1));
        assertThat(lane("film.tiny")).isEqualTo("tiny");
        move("film.tiny", "film.bin");
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "indexed", 1, "unchanged", 1, "deleted", 1));
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "unchanged", 2));
    }

    @Test
    void twoNamesOfOneFileThatLeadToTwoLanesAreMovedEachWithinItsLane() throws IOException {
        store.write("a.tiny", "one");
        Files.createLink(store.root.resolve("b.bin"), store.root.resolve("a.tiny"));
        store.open().complete();
        move("a.tiny", "z.tiny");
        move("b.bin", "c.bin");
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "moved", 2, "units", 0));
        assertThat(lane("z.tiny")).isEqualTo("tiny");
        assertThat(lane("c.bin")).isEqualTo("documents");
    }

    @Test
    void aFileThatNoLaneTookIsExtractedUnderANameThatOneTakes() throws IOException {
        store.write("scan", "one");
        store.open().complete();
        TestStore.superuser().sql("""
                        update quarry.file f set outcome = 'NO_CONTENT', reason = 'UNSUPPORTED_TYPE', lane = null from quarry.store s
                        where s.id = f.store and s.name = ?""").param(store.name).update();
        move("scan", "scan.pdf");
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "indexed", 1, "deleted", 1));
        assertThat(store.ledger()).isEqualTo(Map.of("scan.pdf", "INDEXED"));
    }

    @Test
    void whatIsParkedWhenARunIsCancelledIsTriedAgainByTheNext() {
        store.write("a.txt", "one");
        TestRun cancelled = parked();
        assertThat(cancelled.close(true).get("balanced").asBoolean()).isTrue();
        assertThat(store.ledger()).isEqualTo(Map.of("a.txt", "FAILED(CANCELLED)"));
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "indexed", 1));
    }

    @Test
    void whatACancelledRunHasListedUnderItsNewKeyIsFoundToBeMovedByTheNext() throws IOException {
        store.write("z.txt", "one");
        store.open().complete();
        String id = id("z.txt");
        move("z.txt", "a.txt");
        // It does not look at the old one, as one does not that is cancelled before it has come so far.
        TestRun cancelled = store.openForKeys("a.txt");
        cancelled.walk();
        cancelled.close(true);
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "moved", 1));
        assertThat(id("a.txt")).isEqualTo(id);
    }

    @Test
    void whatIsParkedWhenARunDiesDoesNotHoldUpTheNext() throws IOException {
        store.write("a.txt", "one");
        parked();
        Files.delete(store.root.resolve("a.txt"));
        store.write("b.txt", "two");
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 1, "indexed", 1, "deleted", 1));
    }

    /** Each of them could be any of the others. */
    @Test
    void manyEqualFilesAreMovedInTheOrderOfTheirKeysAndReadOnce() {
        int gone = 2_000;
        int parked = 500;
        store.write("d/a.txt", "one");
        store.open().complete();
        TestRun run = store.open();
        copied("b", gone, "outcome, false, 2");
        copied("c", parked, "'PENDING', true, null");
        RunningApi api = RunningApi.shared();
        TenantId tenant = api.bean(TenantLookup.class).ofRun(SiteAccess.ALL, run.id);
        long read = api.bean(TenantTransactions.class).in(tenant, () -> {
            JdbcClient jdbc = api.bean(JdbcClient.class);
            List<UUID> news = jdbc.sql("select id from quarry.file where store = ? and parked")
                    .param(store.id())
                    .query(UUID.class)
                    .list();
            RunRow row = api.bean(RunRepository.class).get(tenant, run.id);
            return RowsRead.of(
                    jdbc,
                    "file",
                    () -> assertThat(api.bean(Moves.class).move(tenant, row, news))
                            .isEqualTo(parked));
        });
        assertThat(read).isLessThan(10L * (gone + parked));
        assertThat(column("moved_from", "c1001")).isEqualTo("b1001");
        assertThat(column("moved_from", "c1500")).isEqualTo("b1500");
    }

    /** @param state outcome, parked, vanished_generation */
    private void copied(String names, int times, String state) {
        TestStore.superuser()
                .sql("""
                        insert into quarry.file (tenant, id, store, folder, name, key, key_sha256, display, path, size, version, lane, generation,
                          identity, concluded_version, concluded_extractors, outcome, parked, vanished_generation)
                        select tenant, gen_random_uuid(), store, folder, n.name::bytea, n.name::bytea, sha256(n.name::bytea), n.name, n.name, size, version, lane, 1,
                          identity, concluded_version, concluded_extractors, %s
                        from quarry.file cross join (select :names || (1000 + i) as name from generate_series(1, :times) as i) n
                        where store = :store and path = 'd/a.txt'""".formatted(state))
                .param("names", names)
                .param("times", times)
                .param("store", store.id())
                .update();
    }

    /** As a run is between the listing of a new file and the end of the listing. */
    private TestRun parked() {
        TestRun run = store.open();
        run.walk();
        TestStore.superuser().sql("""
                        update quarry.file f set parked = true, pending_seq = null from quarry.store s
                        where s.id = f.store and s.name = ?""").param(store.name).update();
        return run;
    }

    private void move(String from, String to) throws IOException {
        Path target = store.root.resolve(to);
        if (to.contains("/")) {
            Files.createDirectories(store.root.resolve(to.substring(0, to.lastIndexOf('/'))));
        }
        Files.move(store.root.resolve(from), target);
        if (from.contains("/")) {
            Files.delete(store.root.resolve(from.substring(0, from.lastIndexOf('/'))));
        }
    }

    private void sawWord(String display, String word) {
        TestStore.superuser().sql("""
                        update quarry.search_document d set words = d.words || to_tsvector('simple', ?) from quarry.store s
                        where s.id = d.store and s.name = ? and d.display = ?""").params(word, store.name, display).update();
    }

    private String id(String path) {
        return column("id", path);
    }

    private String lane(String path) {
        return column("lane", path);
    }

    private String column(String column, String path) {
        return TestStore.superuser()
                .sql(
                        "select f." + column
                                + "::text from quarry.file f join quarry.store s on s.id = f.store where s.name = ? and f.path = ?")
                .params(store.name, path)
                .query(String.class)
                .single();
    }
}
