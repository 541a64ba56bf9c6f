package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A run that would delete much of a store asks first. */
class DeletionTest {
    private static final int FILES = 100;

    private final TestStore store = new TestStore();

    @BeforeEach
    void indexed() {
        for (int i = 0; i < FILES; i++) {
            store.write("d" + i % 4 + "/f" + i + ".txt", "text " + i);
        }
        store.open().complete();
    }

    @Test
    void nothingIsDeletedBeforeAPersonSaysSo() throws IOException {
        emptied(3);
        TestRun run = closing();
        JsonNode asked = run.closeChunk(false);
        assertThat(asked.get("finished").asBoolean()).isFalse();
        assertThat(asked.get("waits").asBoolean()).isTrue();
        assertThat(asked.get("totals").get("vanished").asInt()).isEqualTo(75);
        assertThat(asked.get("totals").get("deletion").asString()).isEqualTo("ASKED");
        assertThat(store.ledger()).hasSize(FILES);

        assertThat(answer(run, true)).isEqualTo(202);
        assertThat(answer(run, true)).as("the same again").isEqualTo(202);
        assertThat(answer(run, false)).as("the contrary").isEqualTo(409);
        RunsTest.assertCounts(run.close(false), Map.of("listed", 25, "unchanged", 25, "deleted", 75));
        assertThat(store.ledger()).hasSize(25);
    }

    @Test
    void whatAPersonKeepsIsAskedAboutAgainByTheNextRun() throws IOException {
        emptied(3);
        TestRun run = closing();
        run.closeChunk(false);
        assertThat(answer(run, false)).isEqualTo(202);
        JsonNode totals = run.close(false);
        RunsTest.assertCounts(totals, Map.of("listed", 25, "unchanged", 25));
        assertThat(totals.get("vanished").asInt()).isEqualTo(75);
        assertThat(store.ledger()).hasSize(FILES);
        assertThat(store.found("f1")).as("still found").isNotEmpty();

        assertThat(closing().closeChunk(false).get("waits").asBoolean()).isTrue();
    }

    @Test
    void aFewFilesGoUnasked() throws IOException {
        emptied(1);
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 75, "unchanged", 75, "deleted", 25));
    }

    /** The deployment of the tests lets 50 files and a fifth of a store go. */
    @Test
    void aStoreHasLimitsOfItsOwn() throws IOException {
        emptied(1);
        assertThat(store.settings("{\"deletion\":{\"percent\":24,\"unasked\":25}}")
                        .status())
                .isEqualTo(200);
        TestRun strict = closing();
        assertThat(strict.closeChunk(false).get("waits").asBoolean()).isTrue();
        assertThat(answer(strict, false)).isEqualTo(202);
        strict.close(false);

        assertThat(store.settings("{\"deletion\":{\"percent\":25,\"unasked\":0}}")
                        .status())
                .isEqualTo(200);
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 75, "unchanged", 75, "deleted", 25));
        JsonNode shown = TestStore.people("/api/v1/stores/" + store.name).json().get("deletion");
        assertThat(shown.get("percent").asInt()).isEqualTo(25);
        assertThat(shown.get("unasked").asInt()).isZero();
    }

    @Test
    void limitsThatAreNoneAreRefused() {
        for (String limits : new String[] {"{\"percent\":101}", "{\"percent\":-1}", "{\"unasked\":-1}"}) {
            RunningApi.Answer refused = store.settings("{\"deletion\":" + limits + "}");
            assertThat(refused.status()).as(limits).isEqualTo(422);
            assertThat(refused.json().get("code").asString()).isEqualTo("invalid_deletion");
        }
    }

    @Test
    void aCancelledRunWaitsForNobodyAndKeepsEverything() throws IOException {
        emptied(3);
        TestRun run = closing();
        assertThat(run.closeChunk(false).get("waits").asBoolean()).isTrue();
        JsonNode totals = run.close(true);
        assertThat(totals.get("state").asString()).isEqualTo("CANCELLED");
        assertThat(totals.get("balanced").asBoolean()).as(totals.toString()).isTrue();
        assertThat(store.ledger()).hasSize(FILES);
    }

    @Test
    void aRunThatDiesBeforeItsDeletionsAddsUpAndLosesNothing() throws IOException {
        emptied(3);
        TestRun asking = closing();
        asking.closeChunk(false);
        TestRun listed = store.open();
        listed.walk();
        store.open();
        for (TestRun dead : new TestRun[] {asking, listed}) {
            JsonNode totals = dead.totals();
            assertThat(totals.get("state").asString()).isEqualTo("ABORTED");
            assertThat(totals.get("balanced").asBoolean()).as(totals.toString()).isTrue();
        }
        assertThat(store.ledger()).hasSize(FILES);
    }

    @Test
    void aRunThatDiesBetweenItsDeletionsAddsUp() throws IOException {
        emptied(3);
        TestRun deleting = closing();
        deleting.closeChunk(false);
        assertThat(answer(deleting, true)).isEqualTo(202);
        store.open();
        JsonNode totals = deleting.totals();
        assertThat(totals.get("state").asString()).isEqualTo("ABORTED");
        assertThat(totals.get("balanced").asBoolean()).as(totals.toString()).isTrue();
    }

    @Test
    void aRunThatDiesAndDoesNotAddUpRaisesAnAlarm() {
        store.write("one-more.txt", "it");
        TestRun run = closing();
        TestStore.superuser()
                .sql("update quarry.run set listed = listed + 1 where id = ?")
                .param(run.id)
                .update();
        store.open();
        assertThat(TestStore.superuser()
                        .sql("select count(*) from quarry.alarm where run = ? and kind = 'UNBALANCED'")
                        .param(run.id)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void aRunThatAsksNothingTakesNoAnswer() throws IOException {
        TestRun run = closing();
        assertThat(answer(run, true)).isEqualTo(409);
        run.close(false);
        assertThat(answer(run, false)).isEqualTo(409);
    }

    private TestRun closing() {
        TestRun run = store.open();
        run.walk();
        run.work(Map.of());
        return run;
    }

    private void emptied(int folders) throws IOException {
        for (int i = 0; i < FILES; i++) {
            if (i % 4 < folders) {
                Files.delete(store.root.resolve("d" + i % 4 + "/f" + i + ".txt"));
            }
        }
        Files.delete(store.root.resolve("d0"));
    }

    private static int answer(TestRun run, boolean delete) {
        return TestStore.peoplePost("/api/v1/runs/" + run.id + "/deletion", "{\"delete\":" + delete + "}")
                .status();
    }
}
