package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Filters by content over whole runs: a file is read to its first bytes once, and what they told is known from then on. */
class ContentFiltersTest {
    /** Told from the bytes, whatever the name says; ASCII, so that it can be the text of an extraction. */
    private static final String PDF = "%PDF-1.4 of another name";

    private final TestStore store = new TestStore();

    @Test
    void aFileWhoseFirstBytesBreakARuleIsFilteredAndNamesIt() {
        store.write("a.txt", PDF);
        store.write("b.txt", "plain words");
        store.write("c.pdf", "words that are no pdf");
        filter("{\"excludeContentTypes\": [\"application/pdf\"]}");
        assertAddsUp(ReadRun.complete(store.open()), 3, 2, 1);
        assertThat(store.ledger())
                .isEqualTo(Map.of(
                        "a.txt", "FILTERED(contentType:application/pdf)", "b.txt", "INDEXED", "c.pdf", "INDEXED"));
        assertThat(store.found("another")).isEmpty();

        filter("{\"includeContentTypes\": [\"application/*\"]}");
        store.write("d.bin", "more plain words");
        assertAddsUp(ReadRun.complete(store.open()), 4, 1, 3);
        assertThat(store.ledger())
                .isEqualTo(Map.of(
                        "a.txt", "INDEXED",
                        "b.txt", "FILTERED(contentType)",
                        "c.pdf", "FILTERED(contentType)",
                        "d.bin", "FILTERED(contentType)"));
        assertThat(store.found("plain")).isEmpty();
        assertThat(store.found("another")).containsExactly("a.txt");
    }

    @Test
    void whatWasReadOnceIsNotReadAgainToBeFilteredUntilItChanges() {
        store.write("a.txt", PDF);
        store.write("b.txt", "words");
        assertThat(read(store.open())).isEqualTo(2);
        filter("{\"excludeContentTypes\": [\"text/*\"]}");
        for (int i = 0; i < 2; i++) {
            assertThat(read(store.open())).as("the extractors have told").isZero();
            assertThat(store.ledger())
                    .isEqualTo(
                            Map.of("a.txt", "FILTERED(contentType:text/*)", "b.txt", "FILTERED(contentType:text/*)"));
        }
        filter("{\"excludeContentTypes\": [\"application/pdf\"]}");
        for (int i = 0; i < 2; i++) {
            assertThat(read(store.open())).isEqualTo(i == 0 ? 1 : 0);
            assertThat(store.ledger())
                    .isEqualTo(Map.of("a.txt", "FILTERED(contentType:application/pdf)", "b.txt", "INDEXED"));
        }
        store.write("a.txt", "no pdf any more");
        assertThat(read(store.open())).isEqualTo(1);
        assertThat(store.ledger()).isEqualTo(Map.of("a.txt", "INDEXED", "b.txt", "INDEXED"));
    }

    @Test
    void aFileOfWhichNobodyHasToldIsReadOnceMore() {
        store.write("a.txt", "words");
        ReadRun.complete(store.open());
        TestStore.superuser()
                .sql(
                        "update quarry.file set media_type = null where store = (select id from quarry.store where name = ?)")
                .param(store.name)
                .update();
        assertThat(read(store.open())).isZero();
        filter("{\"excludeContentTypes\": [\"application/pdf\"]}");
        assertThat(read(store.open())).isEqualTo(1);
        assertThat(read(store.open())).isZero();
    }

    @Test
    void aFilteredFileIsFilteredHoweverOftenItIsAskedForAndNoOtherIsFilteredByWord() {
        store.write("a.txt", PDF);
        store.write("b.txt", "words");
        filter("{\"excludeContentTypes\": [\"application/pdf\"]}");
        TestRun run = store.open();
        run.walk();
        List<Agent> agents = new ArrayList<>();
        run.take(10).forEach(unit -> agents.add(ReadRun.opened(unit, UUID.randomUUID())));
        assertThat(agents).as("the first units hold one file").hasSize(2);
        agents.sort(Comparator.comparing(some -> !some.items().body().contains("a.txt")));
        Agent agent = agents.get(0);
        for (int i = 0; i < 2; i++) {
            Answer refused = agent.content(0);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().get("code").asString()).isEqualTo("filtered");
            assertThat(refused.body())
                    .as("the rule is none of the agent's business")
                    .doesNotContain("pdf");
        }
        assertThat(Agent.statuses(agent.results("{\"type\":\"done\",\"n\":0,\"outcome\":\"INDEXED\"}")))
                .as("the rule counts, not the word")
                .containsExactly(200);
        assertThat(Agent.statuses(agents.get(1).results("{\"type\":\"done\",\"n\":0,\"outcome\":\"FILTERED\"}")))
                .containsExactly(422);
        run.close(true);
    }

    @Test
    void aFilteredFileIsFilteredWhateverPartOfItIsAskedFor() {
        for (String range : List.of("0-", "3-", "0-0")) {
            TestStore each = new TestStore();
            each.write("a.txt", PDF);
            each.settings("{\"filters\":{\"excludeContentTypes\": [\"application/pdf\"]}}");
            TestRun run = each.open();
            run.walk();
            Agent agent = ReadRun.opened(run.take(1).get(0), UUID.randomUUID());
            for (int i = 0; i < 2; i++) {
                Answer refused = agent.content(0, range);
                assertThat(refused.status()).as(range + ": " + refused.body()).isEqualTo(403);
                assertThat(refused.json().get("code").asString()).isEqualTo("filtered");
            }
            assertThat(Agent.statuses(agent.results("{\"type\":\"done\",\"n\":0,\"outcome\":\"FILTERED\"}")))
                    .as("the rule is kept")
                    .containsExactly(200);
            run.close(true);
        }
    }

    @Test
    void aPartOfAFileThatNoFilterRulesOutIsGiven() {
        store.write("a.txt", "words and words");
        filter("{\"excludeContentTypes\": [\"application/pdf\"]}");
        TestRun run = store.open();
        run.walk();
        Agent agent = ReadRun.opened(run.take(1).get(0), UUID.randomUUID());
        for (int i = 0; i < 2; i++) {
            assertThat(agent.content(0, "6-8").body()).isEqualTo("and");
        }
        assertThat(agent.content(0).body()).isEqualTo("words and words");
        run.close(true);
    }

    @Test
    void theDetailTellsWhatTheBytesAre() throws IOException {
        Files.write(store.root.resolve("picture.txt"), new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        filter("{\"excludeContentTypes\": [\"image/*\"]}");
        ReadRun.complete(store.open());
        JsonNode file = TestStore.people("/api/v1/stores/" + store.name + "/files?outcome=FILTERED")
                .json()
                .get("files")
                .get(0);
        assertThat(file.get("contentType").asString()).isEqualTo("image/png");
        assertThat(file.get("reason").asString()).isEqualTo("contentType:image/*");
    }

    private void filter(String filters) {
        Answer answer = store.settings("{\"filters\":" + filters + "}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    /** How many files of this run gave their bytes; it adds up. */
    private static int read(TestRun run) {
        run.walk();
        int read = new ReadRun(run).work();
        assertThat(run.close(false).get("balanced").asBoolean()).isTrue();
        return read;
    }

    private static void assertAddsUp(JsonNode totals, int listed, int indexed, int filtered) {
        assertThat(totals.get("imbalance").isNull()).as(totals.toString()).isTrue();
        assertThat(totals.get("listed").asInt()).isEqualTo(listed);
        assertThat(totals.get("indexed").asInt()).as(totals.toString()).isEqualTo(indexed);
        assertThat(totals.get("filtered").asInt()).as(totals.toString()).isEqualTo(filtered);
        assertThat(totals.get("pending").asInt()).isZero();
    }
}
