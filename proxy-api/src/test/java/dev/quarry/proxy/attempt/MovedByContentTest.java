package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Files that a store gives another key and vouches for nothing: known again by the SHA-256 of the bytes that passed. */
class MovedByContentTest {
    private final TestStore store = new TestStore();

    @Test
    void aFileThatWasCopiedAndRemovedKeepsItsIdAndIsFoundUnderItsNewName() throws IOException {
        store.write("old/a.txt", "one and only");
        store.write("b.txt", "two");
        assertBalanced(ReadRun.complete(store.open()));
        JsonNode before = file("old/a.txt");
        copy("old/a.txt", "new/renamed.txt");
        Files.delete(store.root.resolve("old/a.txt"));

        JsonNode totals = ReadRun.complete(store.open());
        assertBalanced(totals);
        assertThat(totals.get("indexed").asInt()).as("it was read").isEqualTo(1);
        assertThat(totals.get("deleted").asInt()).isZero();
        JsonNode after = file("new/renamed.txt");
        assertThat(after.get("file").asString()).isEqualTo(before.get("file").asString());
        assertThat(after.get("movedFrom").asString()).isEqualTo("old/a.txt");
        assertThat(after.get("contentSha256").asString())
                .isEqualTo(before.get("contentSha256").asString())
                .hasSize(64);
        assertThat(store.ledger()).isEqualTo(Map.of("new/renamed.txt", "INDEXED", "b.txt", "INDEXED"));
        assertThat(store.found("only")).containsExactly("new/renamed.txt");
        assertThat(store.found("renamed")).containsExactly("new/renamed.txt");
        assertThat(store.found("old")).isEmpty();
        JsonNode detail = TestStore.people("/api/v1/files/" + after.get("file").asString())
                .json();
        assertThat(detail.get("extractions")).hasSize(1);
        assertThat(detail.get("timeline")
                        .valueStream()
                        .filter(event -> event.get("what").asString().equals("done")))
                .as("of both runs")
                .hasSize(2);

        JsonNode quiet = ReadRun.complete(store.open());
        assertBalanced(quiet);
        assertThat(quiet.get("unchanged").asInt()).isEqualTo(2);
    }

    @Test
    void aFileWhoseNewNameLeadsToAnotherLaneKeepsItsIdAndHasThatLanesResults() throws IOException {
        store.write("film.bin", "one and only");
        ReadRun.complete(store.open());
        JsonNode before = file("film.bin");
        copy("film.bin", "film.tiny");
        Files.delete(store.root.resolve("film.bin"));
        assertBalanced(ReadRun.complete(store.open()));
        JsonNode after = file("film.tiny");
        assertThat(after.get("file").asString()).isEqualTo(before.get("file").asString());
        assertThat(TestStore.superuser()
                        .sql("""
                                select u.lane from quarry.extraction e join quarry.job_attempt a on a.tenant = e.tenant and a.id = e.attempt
                                join quarry.unit u on u.tenant = a.tenant and u.id = a.unit where e.file = ? and e.counts""")
                        .param(UUID.fromString(after.get("file").asString()))
                        .query(String.class)
                        .list())
                .as("what was read under the new name is what counts")
                .containsExactly("tiny");
    }

    @Test
    void aFileThatCameInPartsIsIdentifiedAndOneOfWhichPartsAreMissingIsNot() {
        store.write("a.txt", "0123456789");
        TestRun run = store.open();
        run.walk();
        Agent agent = ReadRun.opened(run.take(1).get(0), UUID.randomUUID());
        assertThat(agent.content(0, "0-3").body()).isEqualTo("0123");
        assertThat(agent.content(0, "6-").body()).isEqualTo("6789");
        assertThat(identified(agent)).as("4 and 5 did not pass").isEmpty();
        assertThat(agent.content(0, "2-6").body()).as("two again").isEqualTo("23456");
        assertThat(agent.content(0, "7-").body()).isEqualTo("789");
        assertThat(identified(agent)).contains("84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882");
        run.close(true);
    }

    private static Optional<String> identified(Agent agent) {
        return TestStore.superuser()
                .sql(
                        "select encode(content_sha256, 'hex') from quarry.attempt_item where attempt = ? and content_sha256 is not null")
                .param(UUID.fromString(agent.attempt()))
                .query(String.class)
                .optional();
    }

    @Test
    void aCopyIsANewFileAndAChangedOneIsNoMove() throws IOException {
        store.write("a.txt", "same");
        store.write("b.txt", "other");
        store.write("gone.txt", "taken over");
        ReadRun.complete(store.open());
        String a = file("a.txt").get("file").asString();
        copy("a.txt", "copy.txt");
        // A key that was known: its content is another, and the file that had this content is gone.
        copy("gone.txt", "b.txt");
        Files.delete(store.root.resolve("gone.txt"));
        JsonNode totals = ReadRun.complete(store.open());
        assertBalanced(totals);
        assertThat(totals.get("deleted").asInt()).isEqualTo(1);
        assertThat(file("a.txt").get("file").asString()).isEqualTo(a);
        assertThat(file("copy.txt").get("movedFrom").isNull()).isTrue();
        assertThat(file("b.txt").get("movedFrom").isNull()).isTrue();
    }

    @Test
    void ofSeveralWithOneContentEachIsAtMostOneOfThem() throws IOException {
        for (int i = 0; i < 3; i++) {
            store.write("old/" + i, "the same");
        }
        ReadRun.complete(store.open());
        for (int i = 0; i < 2; i++) {
            copy("old/" + i, "new/" + i);
        }
        for (int i = 0; i < 3; i++) {
            Files.delete(store.root.resolve("old/" + i));
        }
        JsonNode totals = ReadRun.complete(store.open());
        assertBalanced(totals);
        assertThat(totals.get("deleted").asInt()).isEqualTo(1);
        assertThat(file("new/0").get("movedFrom").asString()).isEqualTo("old/0");
        assertThat(file("new/1").get("movedFrom").asString()).isEqualTo("old/1");
    }

    private void copy(String from, String to) throws IOException {
        Path target = store.root.resolve(to);
        Files.createDirectories(target.getParent());
        // Another inode, as on another file system.
        Files.write(target, Files.readAllBytes(store.root.resolve(from)));
    }

    private JsonNode file(String path) {
        return TestStore.people("/api/v1/stores/" + store.name + "/files?outcome=INDEXED")
                .json()
                .get("files")
                .valueStream()
                .filter(file -> file.get("path").asString().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private static void assertBalanced(JsonNode totals) {
        assertThat(totals.get("imbalance").isNull()).as(totals.toString()).isTrue();
    }
}
