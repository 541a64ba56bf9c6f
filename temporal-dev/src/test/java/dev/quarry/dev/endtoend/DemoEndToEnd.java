package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.corpus.ExpectedOutcomes;
import dev.quarry.dev.corpus.ExpectedOutcomes.Expected;
import dev.quarry.dev.corpus.TikaCorpus;
import dev.quarry.dev.stack.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./quarry demo} as a user starts it, on the built-in corpus: what it prints, what it indexed, what it leaves behind. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(400)
class DemoEndToEnd {
    private static final String NO_TEXT = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static final String FILMS_AND_SOUNDS = "films and sounds: tika, ffprobe, frames, exiftool";

    /** Five on a machine that has nothing else to do. */
    private static final double FIRST_RESULT_SECONDS = 15;

    @TempDir
    static Path state;

    private static void assumeCorpus() {
        assumeTrue(
                Files.isDirectory(Installation.current().tools().resolve("corpus/jars")),
                "the corpus is not fetched: ./quarry setup --build does it");
    }

    @Test
    @Order(1)
    void theCorpusEndsAsTheListSaysWithTheTextOfPlainTikaAndCtrlCLeavesNoProcess() throws Exception {
        assumeCorpus();
        try (DemoProcess demo = DemoProcess.start("--state", state.toString())) {
            String balance = demo.awaitLine("quarry: run ");
            assertThat(balance)
                    .matches(
                            "quarry: run COMPLETED_WITH_FAILURES listed=749 indexed=\\d+ no_content=\\d+ unchanged=0 moved=0"
                                    + " filtered=0 failed=\\d+ deleted=0 seconds=[0-9.]+ first_result_seconds=[0-9.]+"
                                    + " setup_seconds=\\d+ backend=process temporal=(server|memory)");
            assertThat(firstResultSeconds(balance)).as(balance).isLessThan(FIRST_RESULT_SECONDS);
            assertThat(demo.lines())
                    .filteredOn(line -> line.startsWith("failed "))
                    .hasSize(failures())
                    .allMatch(line -> line.endsWith("(expected)"));
            PublicApi api = DemoResults.api(state);
            assertThat(DemoResults.outcomes(api)).isEqualTo(expected(demo));
            Map<String, Integer> extractions = everyTextIsPlainTikas(api);
            nothingThatPlainTikaReadsIsLeftOut(api);
            if (demo.lines().stream().anyMatch(line -> line.contains(FILMS_AND_SOUNDS))) {
                assertThat(extractions.get("ffprobe")).as("films and sounds").isGreaterThan(10);
                assertThat(extractions.get("exiftool")).isGreaterThan(10);
                assertThat(extractions.get("frames")).isPositive();
            }

            demo.interrupt();
            assertThat(demo.exitCode()).isEqualTo(130);
            assertThat(demo.processesOn(state)).isEmpty();
            assertThat(state.resolve("running.properties")).doesNotExist();
        }
    }

    private static int failures() throws IOException {
        return (int) ExpectedOutcomes.ofTikaCorpus().byKey().values().stream()
                .filter(expected -> expected.outcome().equals("FAILED"))
                .count();
    }

    private static double firstResultSeconds(String balance) {
        return Double.parseDouble(balance.replaceFirst(".* first_result_seconds=([0-9.]+) .*", "$1"));
    }

    /** Tika does not read Matroska; ffprobe and exiftool do, where they are installed. */
    private static Map<String, Expected> expected(DemoProcess demo) throws IOException {
        Map<String, Expected> expected =
                new HashMap<>(ExpectedOutcomes.ofTikaCorpus().byKey());
        assertThat(demo.lines()).anyMatch(line -> line.contains("films and sounds: tika"));
        if (demo.lines().stream().anyMatch(line -> line.contains(FILMS_AND_SOUNDS))) {
            expected.put("audiovideo/testMKV.mkv", new Expected("INDEXED", "-"));
        }
        return expected;
    }

    @Test
    @Order(2)
    void theSecondDemoReportsUnchangedFilesCarriesFailuresAndStartsNoJob() throws Exception {
        assumeCorpus();
        int failures = failures();
        try (DemoProcess demo = DemoProcess.start("--state", state.toString(), "--once")) {
            assertThat(demo.exitCode()).isZero();
            assertThat(demo.lines().get(demo.lines().size() - 1))
                    .startsWith("quarry: run COMPLETED_WITH_FAILURES listed=749 indexed=0 no_content=0 unchanged="
                            + (749 - failures) + " moved=0 filtered=0 failed=" + failures + " deleted=0 ");
            assertThat(demo.processesOn(state)).isEmpty();
        }
    }

    @Test
    void aDirectoryThatIsNotThereIsNamedAndExitsWithTwo() throws Exception {
        try (DemoProcess demo = DemoProcess.start("/no/such/directory", "--state", state.toString())) {
            assertThat(demo.exitCode()).isEqualTo(2);
            assertThat(demo.lines()).anyMatch(line -> line.contains("/no/such/directory"));
        }
    }

    /** @return how many files have something of each extractor */
    private static Map<String, Integer> everyTextIsPlainTikas(PublicApi api) throws Exception {
        Path corpus = TikaCorpus.cached();
        Map<String, String> ids = new HashMap<>();
        api.eachFile(
                "docs",
                "INDEXED",
                file -> ids.put(DemoResults.key(file), file.path("file").asText()));
        Map<String, String> different = new HashMap<>();
        Map<String, Integer> extractions = new HashMap<>();
        for (Map.Entry<String, String> indexed : ids.entrySet()) {
            String plain = PlainText.sha256(corpus.resolve(indexed.getKey()));
            String ours = "";
            for (JsonNode extraction : api.file(indexed.getValue()).path("extractions")) {
                assertThat(extraction.path("isolation").toString())
                        .as(indexed.getKey())
                        .contains("landlock", "seccomp", "agent-hidden", "files-hidden", "no-sockets", "no-execution");
                if (extraction.path("status").asText().equals("OK")) {
                    extractions.merge(extraction.path("extractor").asText(), 1, Integer::sum);
                }
                if (extraction.path("extractor").asText().equals("tika")) {
                    ours = extraction.path("status").asText().equals("UNSUPPORTED_TYPE")
                            ? NO_TEXT
                            : extraction.path("textSha256").asText();
                }
            }
            if (!plain.equals(ours)) {
                different.put(indexed.getKey(), plain + " is not " + ours);
            }
        }
        assertThat(different).isEmpty();
        return extractions;
    }

    /** What is not INDEXED plain Tika fails on, or has no parser for: that is no text and no failure. */
    private static void nothingThatPlainTikaReadsIsLeftOut(PublicApi api) throws Exception {
        Map<String, String> leftOut = new HashMap<>();
        for (Map.Entry<String, Expected> ended : DemoResults.outcomes(api).entrySet()) {
            String outcome = ended.getValue().outcome();
            if (!outcome.equals("INDEXED")) {
                String plain = PlainText.sha256(TikaCorpus.cached().resolve(ended.getKey()));
                boolean failed = !plain.matches("[0-9a-f]{64}");
                boolean unread = outcome.equals("NO_CONTENT") && plain.equals(NO_TEXT);
                if (!failed && !unread) {
                    leftOut.put(ended.getKey(), ended.getValue() + ", but plain Tika reads " + plain);
                }
            }
        }
        assertThat(leftOut).isEmpty();
    }
}
