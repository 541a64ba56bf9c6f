package dev.quarry.proxy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Filters over whole runs: what they say stands in the ledger, the search index follows, and the books balance. */
class FilteredRunsTest {
    private final TestStore store = new TestStore();

    @Test
    void aFilteredFileNamesItsRule() throws IOException {
        filter("""
                {"exclude": ["*.tmp", "/old/*.txt"], "include": ["*.txt", "*.png", "*.tmp", "pdf/"], "excludeTypes": ["image/*"], "minSize": 2, "maxSize": 9,
                 "maxAge": "P10D", "modifiedBefore": "2026-12-24T00:00:00Z"}""");
        store.write("a.txt", "passes");
        store.write("b.tmp", "excluded");
        store.write("old/c.txt", "excluded");
        store.write("deep/old/d.txt", "passes");
        store.write("e.doc", "not in");
        store.write("pdf/f.doc", "passes");
        store.write("g.png", "a type");
        store.write("h.txt", "1");
        store.write("i.txt", "0123456789");
        store.write("old.txt", "too old");
        store.write("young.txt", "no time");
        store.write(".hidden.txt", "hidden");
        store.write("Thumbs.db", "junk");
        store.write("~$a.txt", "junk");
        store.write(".DS_Store", "junk");
        for (String file : new String[] {"a.txt", "deep/old/d.txt", "pdf/f.doc", "young.txt"}) {
            modified(file, Instant.parse("2025-12-30T00:00:00Z"));
        }
        modified("old.txt", Instant.parse("2025-12-21T00:00:00Z"));
        modified("young.txt", Instant.parse("2026-12-24T00:00:01Z"));

        JsonNode totals = store.open().complete();
        assertThat(store.ledger())
                .isEqualTo(Map.ofEntries(
                        Map.entry("a.txt", "INDEXED"),
                        Map.entry("b.tmp", "FILTERED(exclude:*.tmp)"),
                        Map.entry("old/c.txt", "FILTERED(exclude:/old/*.txt)"),
                        Map.entry("deep/old/d.txt", "INDEXED"),
                        Map.entry("e.doc", "FILTERED(include)"),
                        Map.entry("pdf/f.doc", "INDEXED"),
                        Map.entry("g.png", "FILTERED(type:image/*)"),
                        Map.entry("h.txt", "FILTERED(size:minSize)"),
                        Map.entry("i.txt", "FILTERED(size:maxSize)"),
                        Map.entry("old.txt", "FILTERED(age:maxAge)"),
                        Map.entry("young.txt", "FILTERED(age:modifiedBefore)"),
                        Map.entry(".hidden.txt", "FILTERED(hidden)"),
                        Map.entry("Thumbs.db", "FILTERED(junk)"),
                        Map.entry("~$a.txt", "FILTERED(junk)"),
                        Map.entry(".DS_Store", "FILTERED(junk)")));
        assertAddsUp(totals, 15, 12, 0);
        assertAddsUp(store.open().complete(), 15, 12, 0);
    }

    @Test
    void aChangedRuleIsAppliedToWhatIsKnownAndTakenBack() {
        store.write("a.txt", "one");
        store.write("b.log", "two");
        store.write("c.log", "");
        store.open().complete();
        assertThat(found("b")).isEqualTo(1);

        filter("{\"exclude\": [\"*.log\"]}");
        assertAddsUp(store.open().complete(), 3, 2, 0);
        assertThat(store.ledger())
                .isEqualTo(Map.of(
                        "a.txt", "INDEXED", "b.log", "FILTERED(exclude:*.log)", "c.log", "FILTERED(exclude:*.log)"));
        assertThat(found("b")).isZero();

        filter("{\"exclude\": [\"/*.log\"], \"minSize\": 1}");
        assertAddsUp(store.open().complete(), 3, 2, 0);
        assertThat(store.ledger()).containsEntry("b.log", "FILTERED(exclude:/*.log)");

        filter("{}");
        JsonNode back = store.open().complete();
        assertThat(back.get("indexed").asInt()).isEqualTo(1);
        assertThat(back.get("noContent").asInt()).isEqualTo(1);
        assertAddsUp(back, 3, 0, 0);
        assertThat(found("b")).isEqualTo(1);
    }

    @Test
    void aFolderThatIsRuledOutIsNotListedAndWhatWasKnownOfItGoes() {
        store.write("a.txt", "one");
        store.write("out/b.txt", "two");
        store.write("out/below/c.txt", "three");
        store.write("kept/out.txt", "four");
        store.open().complete();
        assertThat(found("b")).isEqualTo(1);

        filter("{\"exclude\": [\"out/\"]}");
        JsonNode totals = store.open().complete();
        assertAddsUp(totals, 2, 0, 2);
        assertThat(totals.get("warnings").toString()).contains("exclude:out/").contains("'out'");
        assertThat(store.ledger()).containsOnlyKeys("a.txt", "kept/out.txt");
        assertThat(found("b")).isZero();
        assertAddsUp(store.open().complete(), 2, 0, 0);

        filter("{}");
        JsonNode back = store.open().complete();
        assertThat(back.get("indexed").asInt()).isEqualTo(2);
        assertAddsUp(back, 4, 0, 0);
        assertThat(found("b")).isEqualTo(1);
    }

    @Test
    void aFolderWhoseListingIsUnderWayWhenItIsRuledOutHasItsFilesFiltered() {
        store.write("a.txt", "dispatched, so the first call returns after its first page");
        store.write("out/b.txt", "two");
        TestRun run = store.open();
        assertThat(run.advance().get("listingComplete").asBoolean()).isFalse();
        filter("{\"exclude\": [\"out\"]}");
        assertAddsUp(run.complete(), 2, 1, 0);
        assertThat(store.ledger()).containsEntry("out/b.txt", "FILTERED(exclude:out)");
        assertAddsUp(store.open().complete(), 1, 0, 1);
    }

    @Test
    void theStoresIgnoreFileIsAppliedLineByLine() {
        store.write(".quarryignore", "# comment\n*.bak\n!keep.bak\nsecret/\n[broken\n");
        store.write("a.bak", "one");
        store.write("keep.bak", "two");
        store.write("secret/c.txt", "three");
        JsonNode totals = store.open().complete();
        assertThat(store.ledger())
                .isEqualTo(Map.of(
                        ".quarryignore",
                        "FILTERED(hidden)",
                        "a.bak",
                        "FILTERED(ignore:.quarryignore:2)",
                        "keep.bak",
                        "INDEXED"));
        assertThat(totals.get("warnings").toString())
                .contains("line 5 of '.quarryignore'")
                .contains("ignore:.quarryignore:4");
        assertAddsUp(totals, 3, 2, 0);

        store.write(".quarryignore", "");
        assertAddsUp(store.open().complete(), 4, 1, 0);
        store.write("other", "*.bak");
        filter("{\"ignoreFile\": \"other\"}");
        store.open().complete();
        assertThat(store.ledger()).containsEntry("a.bak", "FILTERED(ignore:other:1)");
        filter("{\"ignoreFile\": \"\"}");
        store.open().complete();
        assertThat(store.ledger()).containsEntry("a.bak", "INDEXED");
    }

    @Test
    void anIgnoreFileThatCannotBeUsedLetsNothingThroughAndLosesNothing() {
        store.write("a.txt", "one");
        store.open().complete();
        store.write("b.txt", "two");
        for (String tooLarge : new String[] {"#".repeat(65 * 1024), "x\n".repeat(1_001)}) {
            store.write(".quarryignore", tooLarge);
            JsonNode totals = store.open().complete();
            assertThat(totals.get("gaps").asBoolean()).isTrue();
            assertThat(totals.get("warnings").toString()).contains("'.quarryignore' has more than");
            assertAddsUp(totals, 0, 0, 0);
            assertThat(store.ledger()).isEqualTo(Map.of("a.txt", "INDEXED"));
        }
    }

    @Test
    void prefixAndKeysNameWhatIsListed() {
        store.write("a/b1.txt", "one");
        store.write("a/c.txt", "two");
        store.write("ab/d.txt", "three");
        store.write("z/e.txt", "four");
        filter("{\"prefix\": \"a/b\"}");
        assertAddsUp(store.open().complete(), 2, 1, 0);
        assertThat(store.ledger()).isEqualTo(Map.of("a/b1.txt", "INDEXED", "a/c.txt", "FILTERED(prefix)"));

        filter("{\"keys\": [\"a/c.txt\", \"z/e.txt\", \"nowhere/x\"]}");
        assertAddsUp(store.open().complete(), 3, 1, 0);
        assertThat(store.ledger())
                .isEqualTo(Map.of("a/b1.txt", "FILTERED(keys)", "a/c.txt", "INDEXED", "z/e.txt", "INDEXED"));
    }

    @Test
    void settingsAreShownAndReplacedWhole() {
        Answer changed = store.settings("{\"includeHidden\":true,\"filters\":{\"exclude\":[\"a\"],\"maxSize\":7}}");
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        JsonNode shown = TestStore.people("/api/v1/stores/" + store.name).json();
        assertThat(shown).isEqualTo(changed.json());
        assertThat(shown.get("includeHidden").asBoolean()).isTrue();
        assertThat(shown.get("filters").get("exclude").get(0).asString()).isEqualTo("a");
        assertThat(shown.get("filters").get("ignoreFile").asString()).isEqualTo(".quarryignore");
        assertThat(shown.get("filesystem").get("followLinks").asBoolean()).isFalse();
        JsonNode following = store.settings("{\"filesystem\":{\"followLinks\":true,\"crossMounts\":false}}")
                .json();
        assertThat(following.get("filesystem").get("followLinks").asBoolean()).isTrue();
        assertThat(following.get("filesystem").get("crossMounts").asBoolean()).isFalse();
        JsonNode bare = store.settings("{}").json();
        assertThat(bare.get("filesystem").get("crossMounts").asBoolean()).isTrue();
        assertThat(bare.get("includeHidden").asBoolean()).isFalse();
        assertThat(bare.get("filters").has("maxSize")).isFalse();
    }

    private void filter(String filters) {
        Answer answer = store.settings("{\"filters\":" + filters + "}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    private void modified(String file, Instant time) throws IOException {
        Files.setLastModifiedTime(store.root.resolve(file), FileTime.from(time));
    }

    private int found(String word) {
        return TestStore.people("/api/v1/search?q=" + word + "&store=" + store.name)
                .json()
                .get("hits")
                .size();
    }

    private static void assertAddsUp(JsonNode totals, int listed, int filtered, int deleted) {
        assertThat(totals.get("imbalance").isNull()).as(totals.toString()).isTrue();
        assertThat(totals.get("balanced").asBoolean()).isTrue();
        assertThat(totals.get("listed").asInt()).as(totals.toString()).isEqualTo(listed);
        assertThat(totals.get("filtered").asInt()).as(totals.toString()).isEqualTo(filtered);
        assertThat(totals.get("deleted").asInt()).as(totals.toString()).isEqualTo(deleted);
    }
}
