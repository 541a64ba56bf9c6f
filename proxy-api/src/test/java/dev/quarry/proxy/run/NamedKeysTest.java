package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Runs that are given a list of keys: they look at those, answer for each, and leave everything else as it is. */
class NamedKeysTest {
    private final TestStore store = new TestStore();

    @Test
    void onlyTheseKeysAreLookedAt() {
        store.write("a.txt", "one");
        store.write("deep/er/b.txt", "two");
        store.write("deep/er/c.txt", "three");
        store.write("other/d.txt", "four");
        JsonNode first = store.openForKeys("deep/er/b.txt", "a.txt").complete();
        RunsTest.assertCounts(first, Map.of("listed", 2, "indexed", 2));
        assertThat(first.get("keys").asInt()).isEqualTo(2);
        assertThat(store.ledger()).containsOnlyKeys("a.txt", "deep/er/b.txt");

        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 4, "unchanged", 2, "indexed", 2));
        store.write("a.txt", "changed");
        store.write("other/d.txt", "changed as well");
        RunsTest.assertCounts(
                store.openForKeys("a.txt", "deep/er/c.txt").complete(),
                Map.of("listed", 2, "indexed", 1, "unchanged", 1));
        RunsTest.assertCounts(store.open().complete(), Map.of("listed", 4, "indexed", 1, "unchanged", 3));
    }

    @Test
    void aKeyThatIsGoneIsDeletedAndNothingElse() throws IOException {
        store.write("gone/a.txt", "one");
        store.write("gone/b.txt", "two");
        store.write("c.txt", "three");
        store.write("d.txt", "four");
        store.open().complete();
        Files.delete(store.root.resolve("gone/a.txt"));
        Files.delete(store.root.resolve("gone/b.txt"));
        Files.delete(store.root.resolve("gone"));
        Files.delete(store.root.resolve("c.txt"));
        Files.delete(store.root.resolve("d.txt"));
        RunsTest.assertCounts(store.openForKeys("gone/a.txt", "c.txt").complete(), Map.of("deleted", 2));
        assertThat(store.ledger()).containsOnlyKeys("gone/b.txt", "d.txt");
        assertThat(store.found("two")).isEmpty();
        RunsTest.assertCounts(store.open().complete(), Map.of("deleted", 2));
        assertThat(store.ledger()).isEmpty();
    }

    @Test
    void aKeyThatNobodyHasEverSeenIsAWarning() {
        store.write("a.txt", "one");
        JsonNode totals =
                store.openForKeys("a.txt", "nowhere.txt", "no/folder/x.txt").complete();
        RunsTest.assertCounts(totals, Map.of("listed", 1, "indexed", 1));
        assertThat(totals.get("warnings"))
                .extracting(JsonNode::asString)
                .containsExactly("2 of the keys asked for are not found: 'no/folder/x.txt', 'nowhere.txt'");
    }

    @Test
    void aKeyThatAFilterRulesOutSaysSoThoughItsFolderWouldNotBeListed() {
        assertThat(store.settings("{\"filters\":{\"exclude\":[\"node_modules/\"]}}")
                        .status())
                .isEqualTo(200);
        store.write("node_modules/deep/a.txt", "one");
        store.write(".hidden/b.txt", "two");
        RunsTest.assertCounts(
                store.openForKeys("node_modules/deep/a.txt", ".hidden/b.txt").complete(),
                Map.of("listed", 2, "filtered", 2));
        assertThat(store.ledger())
                .isEqualTo(Map.of(
                        "node_modules/deep/a.txt", "FILTERED(exclude:node_modules/)",
                        ".hidden/b.txt", "FILTERED(hidden)"));
    }

    @Test
    void whatCannotBeListedIsNotTakenForGone() throws IOException {
        store.write("a.txt", "one");
        store.write("b.txt", "two");
        store.open().complete();
        TestRun run = store.openForKeys("a.txt");
        Files.move(store.root, store.root.resolveSibling(store.name + "-away"));
        JsonNode totals = run.complete();
        Files.move(store.root.resolveSibling(store.name + "-away"), store.root);
        assertThat(totals.get("gaps").asBoolean()).isTrue();
        RunsTest.assertCounts(totals, Map.of());
        assertThat(store.ledger()).hasSize(2);
    }

    @Test
    void aMoveBetweenTwoOfTheKeysIsAMove() throws IOException {
        store.write("a.txt", "one");
        store.open().complete();
        Files.createDirectory(store.root.resolve("new"));
        Files.move(store.root.resolve("a.txt"), store.root.resolve("new/b.txt"));
        RunsTest.assertCounts(store.openForKeys("a.txt", "new/b.txt").complete(), Map.of("listed", 1, "moved", 1));
        assertThat(store.ledger()).isEqualTo(Map.of("new/b.txt", "INDEXED"));
    }

    @Test
    void theReportAndTheChangesAreOfTheKeysOnly() {
        store.write("a.txt", "one");
        store.write("b.txt", "two");
        store.open().complete();
        store.write("c.txt", "new");
        store.openListingOnly().complete();
        TestRun run = store.openForKeys(false, "a.txt");
        run.walk();
        run.close(false);
        assertThat(TestStore.people("/api/v1/runs/" + run.id + "/report?format=CSV")
                        .body()
                        .lines())
                .as("a title and one file")
                .hasSize(2);
        assertThat(TestStore.people("/api/v1/runs/" + run.id + "/changes")
                        .json()
                        .get("changes"))
                .isEmpty();
    }

    @Test
    void aFewKeysOfALargeFolderCostAFewPages() {
        for (int i = 0; i < 3_000; i++) {
            store.write("many/f%04d.txt".formatted(i), "");
        }
        store.openForKeys("many/f0001.txt", "many/f2998.txt").complete();
        assertThat(TestStore.superuser()
                        .sql("""
                                select sum(s.pages) from quarry.scope s join quarry.run r on r.id = s.run join quarry.store t on t.id = r.store
                                where t.name = ?""")
                        .param(store.name)
                        .query(Integer.class)
                        .single())
                .as("the root, and one for each key")
                .isLessThanOrEqualTo(4);
    }

    @Test
    void aListThatIsNotThereOpensNothing() {
        Answer answer =
                store.openAnswer("chain", Instant.parse("2026-01-01T00:00:00Z"), true, "\"" + UUID.randomUUID() + "\"");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().get("code").asString()).isEqualTo("unknown_key_list");
    }

    @Test
    void badListsAreRefusedAndNotKept() {
        for (String keys : new String[] {"[]", "[\"\"]", "[null]", "\"a\"", "[\"a\\u0000b\"]", many(10_001)}) {
            Answer answer = TestStore.peoplePost("/api/v1/stores/" + store.name + "/runs", "{\"keys\":" + keys + "}");
            assertThat(answer.status()).as(answer.body()).isIn(400, 422);
        }
        assertThat(lists()).isZero();
    }

    @Test
    void aStartWithoutAnAnswerKeepsItsListSinceItMayHaveStarted() {
        Answer away = TestStore.peoplePost("/api/v1/stores/" + store.name + "/runs", "{\"keys\":[\"a.txt\"]}");
        assertThat(away.json().get("code").asString()).isEqualTo("temporal_away");
        assertThat(lists()).isEqualTo(1);
    }

    @Test
    void aListThatWaitsForItsRunLongerThanADayIsThereThoughOthersWereAskedForMeanwhile() {
        UUID waits = store.keyList("a.txt");
        made(waits, "now() - interval '3 days'");
        TestStore.peoplePost("/api/v1/stores/" + store.name + "/runs", "{\"keys\":[\"b.txt\"]}");
        Answer opened = store.openAnswer("chain", Instant.now().minus(Duration.ofDays(3)), true, "\"" + waits + "\"");
        assertThat(opened.status()).as(opened.body()).isEqualTo(200);
    }

    @Test
    void listsThatNoRunCanTakeAnyMoreGoOnceALaterOneHasOpened() {
        UUID ofNoRun = store.keyList("a.txt");
        made(ofNoRun, "now() - interval '3 days'");
        UUID late = store.keyList("b.txt");
        made(late, "now() - interval '2 hours'");
        UUID taken = store.keyList("c.txt");
        made(taken, "now() - interval '3 days'");
        store.openAnswer("chain", Instant.now(), true, "\"" + taken + "\"");
        assertThat(lists()).as("its own, and one whose start may be under way").isEqualTo(2);
    }

    private static void made(UUID list, String when) {
        TestStore.superuser()
                .sql("update quarry.key_list set created_at = " + when + " where id = ?")
                .param(list)
                .update();
    }

    private int lists() {
        return TestStore.superuser()
                .sql("select count(*) from quarry.key_list k join quarry.store s on s.id = k.store where s.name = ?")
                .param(store.name)
                .query(Integer.class)
                .single();
    }

    private static String many(int keys) {
        StringBuilder json = new StringBuilder("[\"a\"");
        for (int i = 1; i < keys; i++) {
            json.append(",\"").append(i).append('"');
        }
        return json.append(']').toString();
    }
}
