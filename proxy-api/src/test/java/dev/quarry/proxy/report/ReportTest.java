package dev.quarry.proxy.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.Unprivileged;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
    private final TestStore store = new TestStore();

    @Test
    void everyListedFileHasOneLineWithItsOutcomeInThisRun() throws IOException {
        store.write("same.txt", "one");
        store.write("old name.txt", "two");
        store.write("poison.doc", "three");
        store.write(".hidden", "four");
        store.open().complete(Map.of("poison.doc", "CRASHED"));
        Files.move(store.root.resolve("old name.txt"), store.root.resolve("new name.txt"));
        store.write("added.txt", "five");
        TestRun run = store.open();
        JsonNode totals = run.complete();

        assertThat(outcomes(run, ""))
                .isEqualTo(Map.of(
                        "same.txt",
                        "UNCHANGED",
                        "new name.txt",
                        "MOVED",
                        "poison.doc",
                        "FAILED",
                        ".hidden",
                        "FILTERED",
                        "added.txt",
                        "INDEXED"));
        assertThat(csv(run, "")).hasSize(totals.get("listed").asInt());
        CSVRecord moved = csv(run, "").stream()
                .filter(line -> line.get("outcome").equals("MOVED"))
                .findFirst()
                .orElseThrow();
        assertThat(moved.get("moved_from")).isEqualTo("old name.txt");
    }

    @Test
    void bothFormatsHoldTheSameAndFailuresAloneCanBeHad() {
        store.write("a.txt", "one");
        store.write("poison.doc", "two");
        TestRun run = store.open();
        run.complete(Map.of("poison.doc", "CRASHED"));
        Map<String, String> lines = new TreeMap<>();
        TestStore.people(path(run, "report?format=JSONL"))
                .body()
                .lines()
                .map(JsonMapper.shared()::readTree)
                .forEach(line -> lines.put(
                        line.get("path").asString(), line.get("outcome").asString()));
        assertThat(lines).isEqualTo(outcomes(run, "")).hasSize(2);
        assertThat(outcomes(run, "?failures=true")).isEqualTo(Map.of("poison.doc", "FAILED"));
        assertThat(TestStore.people(path(run, "report?format=XML")).status()).isEqualTo(422);
    }

    @Test
    void aNameThatASpreadsheetWouldRunIsText() {
        store.write("=HYPERLINK(\"http:evil\").txt", "one");
        store.write("@SUM(1).txt", "two");
        store.write("-2+3.txt", "three");
        store.write("a,\"b\"\nc.txt", "four");
        TestRun run = store.open();
        run.complete();
        assertThat(csv(run, ""))
                .hasSize(4)
                .allSatisfy(line -> assertThat(line.get("path"))
                        .doesNotStartWith("=")
                        .doesNotStartWith("@")
                        .doesNotStartWith("-"));
        assertThat(csv(run, "").stream().map(line -> line.get("path"))).contains("'=HYPERLINK(\"http:evil\").txt");
    }

    @Test
    void aReportLongerThanAPageIsWhole() {
        int files = 2_345;
        for (int i = 0; i < files; i++) {
            store.write("d" + i % 7 + "/f" + i + ".txt", "");
        }
        TestRun run = store.open();
        run.complete();
        assertThat(outcomes(run, "")).hasSize(files);
    }

    /** Its first page is more than sockets hold, so the second is read after a newer run has begun. */
    @Test
    void aReportThatCannotBeWrittenToItsEndDoesNotLookWhole() throws Exception {
        for (int i = 0; i < 2_100; i++) {
            store.write("f" + i + ".txt", "");
        }
        TestRun run = store.open();
        run.complete();
        TestStore.superuser()
                .sql("update quarry.file set detail = repeat('x', 20000) where store = ?")
                .param(store.id())
                .update();
        RunningApi api = RunningApi.shared();
        HttpResponse<InputStream> report = HttpClient.newHttpClient()
                .send(
                        api.request(Listener.PUBLIC, api.token(Listener.PUBLIC), path(run, "report"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(report.statusCode()).isEqualTo(200);
        store.open();
        try (InputStream body = report.body()) {
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFileThatARunDidNotComeToIsNotCalledUnchanged() throws IOException {
        store.write("a.txt", "one");
        store.write("d/b.txt", "two");
        store.write("d/poison.doc", "three");
        store.open().complete(Map.of("d/poison.doc", "CRASHED"));
        Unprivileged.reads(store.id());
        Files.setPosixFilePermissions(store.root.resolve("d"), Set.of());
        try {
            TestRun run = store.open();
            JsonNode totals = run.complete();
            assertThat(totals.get("gaps").asBoolean()).isTrue();
            assertThat(outcomes(run, ""))
                    .isEqualTo(Map.of("a.txt", "UNCHANGED", "d/b.txt", "NOT_LISTED", "d/poison.doc", "NOT_LISTED"));
            assertThat(outcomes(run, "?failures=true")).as("in this run").isEmpty();
            assertThat(unchanged()).containsExactly("a.txt");
        } finally {
            Files.setPosixFilePermissions(store.root.resolve("d"), PosixFilePermissions.fromString("rwx------"));
        }
        TestRun opened = store.open();
        assertThat(outcomes(opened, ""))
                .as("of a run that has only begun")
                .containsValue("NOT_LISTED")
                .hasSize(3);
        assertThat(unchanged()).isEmpty();
    }

    @Test
    void theReportOfARunOverKeysHoldsThemAlone() {
        store.write("a.txt", "one");
        store.write("b.txt", "two");
        store.write("poison.doc", "three");
        store.open().complete(Map.of("poison.doc", "CRASHED"));
        TestRun run = store.openForKeys("a.txt", "poison.doc", "new.txt");
        store.write("new.txt", "four");
        run.complete();
        assertThat(outcomes(run, ""))
                .isEqualTo(Map.of("a.txt", "UNCHANGED", "poison.doc", "FAILED", "new.txt", "INDEXED"));
        assertThat(outcomes(run, "?failures=true")).isEqualTo(Map.of("poison.doc", "FAILED"));
        assertThat(unchanged()).containsExactly("a.txt");
    }

    private List<String> unchanged() {
        return TestStore.people("/api/v1/stores/" + store.name + "/files?outcome=UNCHANGED")
                .json()
                .get("files")
                .valueStream()
                .map(file -> file.get("path").asString())
                .toList();
    }

    @Test
    void onlyTheNewestRunHasAReportOfFiles() {
        store.write("a.txt", "one");
        TestRun first = store.open();
        first.complete();
        TestRun second = store.open();
        second.complete();
        Answer refused = TestStore.people(path(first, "report"));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body()).contains("superseded", second.id.toString());
        assertThat(TestStore.people("/api/v1/runs/00000000-0000-0000-0000-000000000001/report")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aRunThatOnlyListsTellsWhatIsNewChangedMovedAndVanished() throws IOException {
        store.write("stays.txt", "one");
        store.write("changes.PDF", "two");
        store.write("moves.txt", "three");
        store.write("goes.doc", "four");
        store.open().complete();
        store.write("changes.PDF", "two, longer");
        store.write("comes.pdf", "12345");
        Files.move(store.root.resolve("moves.txt"), store.root.resolve("moved.txt"));
        Files.delete(store.root.resolve("goes.doc"));
        TestRun run = store.openListingOnly();
        run.walk();
        run.close(false);

        JsonNode answer = TestStore.people(path(run, "changes")).json();
        List<String> changes = new ArrayList<>();
        answer.get("changes")
                .forEach(each -> changes.add(each.get("type").asString() + " "
                        + each.get("change").asString() + " "
                        + each.get("files").asInt() + " "
                        + each.get("bytes").asInt()));
        assertThat(changes).containsExactly("doc VANISHED 1 4", "pdf CHANGED 1 11", "pdf NEW 1 5", "txt MOVED 1 5");
        assertThat(answer.get("units").asInt()).isEqualTo(2);
    }

    @Test
    void whatAListingConcludesAtOnceIsNewOrChangedToo() {
        store.write("was-empty.txt", "");
        store.write("was-full.txt", "one");
        store.write("stays-empty.txt", "");
        store.open().complete();
        store.write("was-full.txt", "");
        store.write("new-empty.txt", "");
        store.write(".hidden.txt", "12345");
        store.write("new.txt", "123");
        TestRun run = store.openListingOnly();
        run.walk();
        run.close(false);
        assertThat(changes(run)).containsExactly("txt CHANGED 1 0", "txt NEW 3 8");
    }

    @Test
    void whatAFolderThatFailedNoLongerShowsIsNotCalledVanished() throws IOException {
        store.write("d/a.txt", "one");
        store.write("b.txt", "two");
        store.open().complete();
        Files.delete(store.root.resolve("b.txt"));
        Files.delete(store.root.resolve("d/a.txt"));
        TestRun run = store.openListingOnly();
        run.walk();
        // It had a page that no longer showed the file, and failed at the next.
        TestStore.superuser()
                .sql(
                        "update quarry.scope s set state = 'FAILED' from quarry.folder f where s.run = ? and f.id = s.folder and f.display = 'd'")
                .param(run.id)
                .update();
        run.close(false);
        assertThat(changes(run)).containsExactly("txt VANISHED 1 3");
    }

    private static List<String> changes(TestRun run) {
        List<String> changes = new ArrayList<>();
        TestStore.people(path(run, "changes"))
                .json()
                .get("changes")
                .forEach(each -> changes.add(each.get("type").asString() + " "
                        + each.get("change").asString() + " "
                        + each.get("files").asInt() + " "
                        + each.get("bytes").asInt()));
        return changes;
    }

    @Test
    void theScopesProveWhatWasListed() {
        store.write("b/1.txt", "one");
        store.write("b/2.txt", "two");
        store.write("a.txt", "three");
        store.write("c.txt", "four");
        TestRun run = store.open();
        run.complete();
        JsonNode scopes = TestStore.people(path(run, "scopes")).json().get("scopes");
        assertThat(scopes).hasSize(2);
        assertThat(scopes.get(0).get("path").asString()).isEmpty();
        assertThat(scopes.get(0).get("state").asString()).isEqualTo("COMPLETE");
        assertThat(scopes.get(0).get("entries").asInt()).isEqualTo(2);
        assertThat(scopes.get(0).get("first").asString()).isEqualTo("a.txt");
        assertThat(scopes.get(0).get("last").asString()).isEqualTo("c.txt");
        assertThat(scopes.get(1).get("last").asString()).isEqualTo("2.txt");

        JsonNode page = TestStore.people(path(run, "scopes?limit=1")).json();
        JsonNode rest = TestStore.people(
                        path(run, "scopes?after=" + page.get("next").asLong()))
                .json();
        assertThat(rest.get("scopes")).hasSize(1);
        assertThat(rest.get("next").isNull()).isTrue();
        assertThat(TestStore.people(path(run, "scopes?state=FAILED")).json().get("scopes"))
                .isEmpty();
    }

    private static Map<String, String> outcomes(TestRun run, String query) {
        Map<String, String> outcomes = new TreeMap<>();
        csv(run, query).forEach(line -> outcomes.put(line.get("path"), line.get("outcome")));
        return outcomes;
    }

    private static List<CSVRecord> csv(TestRun run, String query) {
        Answer answer = TestStore.people(path(run, "report" + query));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        try {
            return CSVFormat.RFC4180
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .get()
                    .parse(new StringReader(answer.body()))
                    .getRecords();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String path(TestRun run, String path) {
        return "/api/v1/runs/" + run.id + "/" + path;
    }
}
