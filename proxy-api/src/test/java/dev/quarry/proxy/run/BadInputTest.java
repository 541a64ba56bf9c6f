package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.run.TestStore.TestRun;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.MemoryBuckets;
import dev.quarry.proxy.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whatever comes in, the answer is a problem with a code, or a named outcome; never 500, and nothing is lost. */
class BadInputTest {
    private static final String UNKNOWN = UUID.randomUUID().toString();

    private final TestStore store = new TestStore();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/proc",
                "/proc/self",
                "/sys",
                "/dev/shm",
                "/etc",
                "relative",
                "",
                "/nowhere/at/all",
                "%s/../..",
                "%s/..\\u0000",
                "%s/\\ud800"
            })
    void rootsOutsideTheAllowedOnesAreRefused(String root) {
        assertProblem(create("outside", root.formatted(store.root)), 422, "invalid_root");
    }

    @Test
    void aRootThatIsALinkCountsAsWhatItPointsTo() throws IOException {
        Path outside = Files.createSymbolicLink(store.root.resolve("outside"), Path.of("/etc"));
        assertProblem(create("linked", outside.toString()), 422, "invalid_root");
        Path inside = RunningApi.shared().newStoreFolder();
        Path link = Files.createSymbolicLink(store.root.resolve("inside"), inside);
        Answer created = create("l" + UUID.randomUUID().toString().substring(0, 8), link.toString());
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().get("root").asString()).isEqualTo(inside.toString());
    }

    /** File systems and archives bring such times along. */
    @ParameterizedTest
    @CsvSource({"+12000-01-01T00:00:00Z,9999-12-31T23:59:59Z", "-0044-03-15T00:00:00Z,0001-01-01T00:00:00Z"})
    void aTimeOutsideTheCalendarHoldsUpNoRun(Instant given, Instant shown) {
        String bucket = "memory-" + UUID.randomUUID();
        MemoryStore keys = MemoryBuckets.of(bucket);
        keys.put(KeyBytes.utf8("a.txt"), new byte[] {1});
        keys.touch(KeyBytes.utf8("a.txt"), given);
        TestStore timed = TestStore.memory(bucket);
        RunsTest.assertCounts(timed.open().complete(), Map.of("listed", 1, "indexed", 1));
        keys.move(KeyBytes.utf8("a.txt"), KeyBytes.utf8("b.txt"));
        TestRun moved = timed.open();
        RunsTest.assertCounts(moved.complete(), Map.of("listed", 1, "moved", 1));
        assertThat(TestStore.people("/api/v1/runs/" + moved.id + "/report?format=JSONL")
                        .json()
                        .get("modified")
                        .asString())
                .isEqualTo(shown.toString());
    }

    @Test
    void theSameStoreAgainIsTheSameAndAnotherOfTheNameIsRefused() {
        assertThat(create(store.name, store.root.toString()).status()).isEqualTo(200);
        assertProblem(create(store.name, RunningApi.shared().newStoreFolder().toString()), 409, "store_exists");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"UPPER\",\"kind\":\"filesystem\",\"root\":\"/x\"} | 422",
                "{\"name\":\"a\\u0000b\",\"kind\":\"filesystem\",\"root\":\"/x\"} | 422",
                "{\"name\":\"a\\ud800\",\"kind\":\"filesystem\",\"root\":\"/x\"} | 422",
                "{\"name\":\"ok\",\"kind\":\"tape\",\"root\":\"/x\"} | 422",
                "{\"name\":\"ok\",\"kind\":\"filesystem\"} | 422",
                "{\"name\":\"ok\",\"kind\":\"filesystem\",\"root\":\"/x\",\"site\":\"No Site\"} | 422",
                "{\"name\":\"ok\",\"kind\":\"filesystem\",\"root\":\"/x\",\"filesystem\":{\"followLinks\":\"yes\"}} | 400",
                "{\"name\":\"ok\",\"kind\":\"s3\",\"s3\":{\"bucket\":\"abc\"},\"filesystem\":{}} | 422",
                "{} | 422",
                "{\"name\": | 400",
                "[1,2] | 400",
                "null | 400",
                "'' | 400"
            })
    void badStoresAreRefused(String body, int status) {
        Answer answer = TestStore.peoplePost("/api/v1/stores", body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertIsProblem(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"exlude\":[\"a\"]} | unknown_filter | 'exlude'",
                "{\"exclude\":[\"\"]} | invalid_filter | exclude: one of its values is empty",
                "{\"exclude\":[null]} | invalid_filter | exclude: one of its values is empty",
                "{\"exclude\":[\"!a\"]} | invalid_filter | begins with '!'",
                "{\"exclude\":[\"# a\"]} | invalid_filter | blank or a comment",
                "{\"exclude\":[\"a[\"]} | invalid_filter | without ]",
                "{\"include\":[\"a\\u001b[2J\"]} | invalid_filter | control characters",
                "{\"include\":[\"\\ud800\"]} | invalid_filter | no text",
                "{\"ignoreFile\":\"../x\"} | invalid_filter | ignoreFile",
                "{\"minSize\":-1} | invalid_filter | at least 0",
                "{\"minSize\":5,\"maxSize\":4} | invalid_filter | at least 5",
                "{\"modifiedAfter\":\"yesterday\"} | invalid_filter | 2026-01-31T12:00:00Z",
                "{\"modifiedAfter\":\"+999999999-01-01T00:00:00Z\"} | invalid_filter | no time",
                "{\"minAge\":\"30 days\"} | invalid_filter | P30D",
                "{\"maxAge\":\"-P1D\"} | invalid_filter | P30D",
                "{\"includeTypes\":[\"png\"]} | invalid_filter | image/png",
                "{\"excludeTypes\":[\"*/*\"]} | invalid_filter | image/*",
                "{\"keys\":[\"a\\u0000b\"]} | invalid_filter | a key is text",
                "{\"prefix\":\"\\ud800\"} | invalid_filter | a key is text"
            })
    void badFiltersAreRefusedByName(String filters, String code, String words) {
        String settings = "{\"filters\":" + filters + "}";
        String store = "{\"name\":\"ok\",\"kind\":\"filesystem\",\"root\":\"%s\",".formatted(this.store.root)
                + settings.substring(1);
        for (Answer answer :
                new Answer[] {this.store.settings(settings), TestStore.peoplePost("/api/v1/stores", store)}) {
            assertProblem(answer, 422, code);
            assertThat(answer.json().get("detail").asString()).contains(words);
        }
    }

    @Test
    void filtersAreBounded() {
        String many = "\"a\",".repeat(200) + "\"a\"";
        assertProblem(store.settings("{\"filters\":{\"exclude\":[" + many + "]}}"), 422, "invalid_filter");
        assertProblem(
                store.settings("{\"filters\":{\"include\":[\"" + "a".repeat(1_001) + "\"]}}"), 422, "invalid_filter");
        String keys = ("\"" + "k".repeat(1_000) + "\",").repeat(600) + "\"k\"";
        assertProblem(store.settings("{\"filters\":{\"keys\":[" + keys + "]}}"), 422, "invalid_filter");
        assertProblem(
                store.settings("{\"filters\":{\"keys\":[\"" + "k".repeat(1_025) + "\"]}}"), 422, "invalid_filter");
        assertProblem(store.settings("{\"filters\":{\"keys\":" + "7}}"), 400, "malformed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"workflowId\":\"index/demo/nowhere\",\"firstExecutionRunId\":\"x\",\"chainStartedAt\":\"2026-01-01T00:00:00Z\"}",
                "{\"workflowId\":\"index/nobody/x\",\"firstExecutionRunId\":\"x\",\"chainStartedAt\":\"2026-01-01T00:00:00Z\"}",
                "{\"workflowId\":\"other/demo/x\",\"firstExecutionRunId\":\"x\",\"chainStartedAt\":\"2026-01-01T00:00:00Z\"}",
                "{\"workflowId\":\"index/demo/x/y\",\"firstExecutionRunId\":\"x\",\"chainStartedAt\":\"2026-01-01T00:00:00Z\"}",
                "{\"workflowId\":\"index/demo/x\\u0000\",\"firstExecutionRunId\":\"x\",\"chainStartedAt\":\"2026-01-01T00:00:00Z\"}",
                "{\"workflowId\":\"index/demo/x\",\"firstExecutionRunId\":\"\\u0000\",\"chainStartedAt\":\"2026-01-01T00:00:00Z\"}",
                "{\"workflowId\":\"index/demo/x\",\"firstExecutionRunId\":\"x\",\"chainStartedAt\":\"yesterday\"}",
                "{\"workflowId\":\"index/demo/x\",\"firstExecutionRunId\":\"x\",\"chainStartedAt\":\"+999999999-01-01T00:00:00Z\"}",
                "{\"workflowId\":\"index/demo/x\"}",
                "{\"workflowId\":7",
                "{}",
                "null"
            })
    void badRunsAreRefused(String body) {
        Answer answer = TestStore.control("", body);
        assertThat(answer.status()).as(answer.body()).isBetween(400, 422);
        assertIsProblem(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"advance", "units", "units/read", "close"})
    void callsOnUnknownRunsOrWithBadBodiesAreRefused(String call) {
        TestRun run = store.open();
        String valid = "{\"seq\":1,\"max\":1,\"units\":[],\"cancelled\":true}";
        assertProblem(TestStore.control("/" + UNKNOWN + "/" + call, valid), 404, "unknown_run");
        assertIsProblem(TestStore.control("/not-an-id/" + call, valid));
        for (String body : new String[] {
            "",
            "null",
            "{}",
            "[]",
            "{\"seq\":\"x\",\"max\":0,\"units\":[\"x\"],\"cancelled\":3}",
            "{\"seq\":99999999999,\"max\":1,\"units\":[null],\"cancelled\":null}"
        }) {
            Answer answer = TestStore.control("/" + run.id + "/" + call, body);
            assertThat(answer.status())
                    .as(call + " " + body + " -> " + answer.body())
                    .isBetween(400, 422);
            assertIsProblem(answer);
        }
        assertThat(run.totals().get("state").asString()).isEqualTo("LIVE");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/stores/nowhere, 404",
        "/api/v1/stores/UPPER, 404",
        "/api/v1/stores/nowhere/runs, 404",
        "/api/v1/stores/nowhere/files, 404",
        "/api/v1/stores/STORE/files?limit=0, 422",
        "/api/v1/stores/STORE/files?limit=x, 422",
        "/api/v1/stores/STORE/files?folder=x, 422",
        "/api/v1/stores/STORE/files?folder=00000000-0000-0000-0000-000000000000, 404",
        "/api/v1/stores/STORE/files?outcome=LOST, 422",
        "/api/v1/stores/STORE/files?outcome=DELETED, 422",
        "/api/v1/stores/STORE/files?after=x, 422",
        "/api/v1/stores/STORE/files?after=o.AAAA, 422",
        "/api/v1/stores/STORE/files?outcome=FAILED&after=o.AAAA, 422",
        "/api/v1/files/x, 422",
        "/api/v1/files/00000000-0000-0000-0000-000000000000, 404",
        "/api/v1/runs/00000000-0000-0000-0000-000000000000, 404",
        "/api/v1/artifacts/x, 422",
        "/api/v1/search, 400",
        "/api/v1/search?q=, 422",
        "/api/v1/search?q=a%00b, 422",
        "/api/v1/search?q=a&store=%00, 404",
        "/api/v1/search?q=%ED%A0%80, 400",
        "/api/v1/search?q=a&limit=201, 422",
        "/api/v1/search?q=a&store=nowhere, 404"
    })
    void badReadsAreRefused(String path, int status) {
        Answer answer = TestStore.people(path.replace("STORE", store.name));
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertIsProblem(answer);
    }

    @Test
    void oddQueriesFindNothingRatherThanFail() {
        for (String query : new String[] {"%22", "-a", "a%20or", "%3A%26%7C!()", "%27%27%27", "%EF%BF%BF"}) {
            assertThat(TestStore.people("/api/v1/search?q=" + query).status())
                    .as(query)
                    .isEqualTo(200);
        }
    }

    @Test
    void namesThatAreNoTextAreListedAndShownCleaned() throws Exception {
        Path odd = oddFile(store.root);
        Files.writeString(store.root.resolve("evil\u001b[2J\n.txt"), "x");
        TestRun run = store.open();
        RunsTest.assertCounts(run.complete(), java.util.Map.of("listed", 2, "indexed", 2));
        JsonNode files = TestStore.people("/api/v1/stores/" + store.name + "/files")
                .json()
                .get("files");
        assertThat(files).hasSize(2);
        files.forEach(file ->
                assertThat(file.get("name").asString()).contains("\uFFFD").doesNotContain("\n", "\u001b"));
        assertThat(files.get(0).get("key").asString()).isEqualTo("YmFk__4udHh0");
        assertThat(Files.exists(odd)).isTrue();
    }

    /** {@code bad\xff\xfe.txt}, whatever the locale of this JVM. */
    private static Path oddFile(Path folder) throws IOException {
        Path odd = Path.of(java.net.URI.create("file://" + folder + "/bad%FF%FE.txt"));
        return Files.writeString(odd, "x");
    }

    private static Answer create(String name, String root) {
        return TestStore.peoplePost(
                "/api/v1/stores", "{\"name\":\"%s\",\"kind\":\"filesystem\",\"root\":\"%s\"}".formatted(name, root));
    }

    private static void assertProblem(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json().get("code").asString()).isEqualTo(code);
        assertIsProblem(answer);
    }

    private static void assertIsProblem(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
        assertThat(answer.response().headers().firstValue("Content-Type").orElse(""))
                .as(answer.body())
                .startsWith("application/problem+json");
        assertThat(answer.json().has("code")).isTrue();
    }
}
