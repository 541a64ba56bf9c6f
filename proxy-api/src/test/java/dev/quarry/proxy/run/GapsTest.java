package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.Unprivileged;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
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
    void aFolderThatMayNotBeReadKeepsWhatItHeld() throws IOException {
        store.write("a.txt", "one");
        store.write("d/b.txt", "two");
        store.write("d/below/c.txt", "three");
        store.write("e/d.txt", "four");
        store.open().complete();
        Unprivileged.reads(store.id());
        Path closed = store.root.resolve("d");
        Files.delete(closed.resolve("b.txt"));
        Files.delete(store.root.resolve("e/d.txt"));
        Files.setPosixFilePermissions(closed, Set.of());
        try {
            JsonNode totals = store.open().complete();
            assertThat(totals.get("gaps").asBoolean()).isTrue();
            assertThat(totals.get("warnings")).singleElement().asString().contains("'d' may not be read");
            assertThat(totals.get("balanced").asBoolean()).as(totals.toString()).isTrue();
            RunsTest.assertCounts(totals, Map.of("listed", 1, "unchanged", 1, "deleted", 1));
            assertThat(store.ledger()).containsOnlyKeys("a.txt", "d/b.txt", "d/below/c.txt");
        } finally {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 2, "unchanged", 2, "deleted", 1));
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
