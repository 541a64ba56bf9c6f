package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What cannot be listed may still be there: it is neither deleted nor called unchanged, and the run says that it has gaps. */
class GapsTest {
    private final TestStore store = new TestStore();

    @Test
    void aStoreWhoseRootIsGoneLosesNothing() throws IOException {
        store.write("a.txt", "one");
        store.write("d/b.txt", "two");
        store.open().complete();
        Path away = store.root.resolveSibling(store.root.getFileName() + "-away");
        Files.move(store.root, away);

        JsonNode totals = store.open().complete();
        assertThat(totals.get("gaps").asBoolean()).isTrue();
        assertThat(totals.get("warnings")).hasSize(1);
        RunsTest.assertCounts(totals, Map.of());
        assertThat(store.ledger()).hasSize(2);

        Files.move(away, store.root);
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "unchanged", 2));
    }

    @Test
    void aFolderThatVanishesBeforeItIsListedIsNoError() throws IOException {
        store.write("a.txt", "one");
        store.write("d/b.txt", "two");
        store.open().complete();
        TestRun run = store.open();
        // The root is listed, the folder below it is not yet.
        advanceOnePage(run);
        Files.delete(store.root.resolve("d/b.txt"));
        Files.delete(store.root.resolve("d"));
        JsonNode totals = run.walkAfter(1);
        assertThat(totals.get("gaps").asBoolean()).isFalse();
        RunsTest.assertCounts(run.close(false), Map.of("listed", 2, "unchanged", 1, "indexed", 1, "deleted", 1));
    }

    private void advanceOnePage(TestRun run) {
        store.write("new.txt", "dispatched, so the first call returns after its first page");
        assertThat(run.advance(1).get("listingComplete").asBoolean()).isFalse();
        run.work(Map.of());
    }

    @Test
    void aFolderThatFailsKeepsWhatItHeld() {
        store.write("a.txt", "one");
        store.write("d/b.txt", "two");
        store.write("d/below/c.txt", "three");
        store.open().complete();
        TestRun run = store.open();
        run.walk();
        // As if the store had refused the folder, which root cannot be refused: its scope failed and it still misses a
        // file.
        TestStore.superuser().sql("""
                        update quarry.scope s set state = 'FAILED' from quarry.folder f
                        where s.run = ? and f.id = s.folder and f.display = 'd'""").param(run.id).update();
        TestStore.superuser()
                .sql("update quarry.run set gaps = true, unchanged = unchanged - 1, listed = listed - 1 where id = ?")
                .param(run.id)
                .update();
        TestStore.superuser()
                .sql(
                        "update quarry.file f set vanished_generation = 2 from quarry.store s where s.id = f.store and s.name = ? and f.display = 'b.txt'")
                .param(store.name)
                .update();
        RunsTest.assertCounts(run.close(false), Map.of("listed", 2, "unchanged", 2));
        assertThat(store.ledger()).hasSize(3);
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 3, "unchanged", 3));
    }

    @Test
    void aRunThatDoesNotAddUpSaysSo() {
        store.write("a.txt", "one");
        TestRun run = store.open();
        run.walk();
        run.work(Map.of());
        TestStore.superuser()
                .sql("update quarry.run set listed = listed + 1 where id = ?")
                .param(run.id)
                .update();
        TestStore.superuser()
                .sql("delete from quarry.search_document d using quarry.store s where s.id = d.store and s.name = ?")
                .param(store.name)
                .update();
        JsonNode totals = run.close(false);
        assertThat(totals.get("balanced").asBoolean()).isFalse();
        assertThat(totals.get("imbalance").asString()).contains("listed 2").contains("search cannot find 1");
        assertThat(TestStore.superuser()
                        .sql("select count(*) from quarry.alarm where run = ? and kind = 'UNBALANCED'")
                        .param(run.id)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }
}
