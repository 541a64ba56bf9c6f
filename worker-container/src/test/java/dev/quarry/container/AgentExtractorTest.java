package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentExtractorTest extends AgentTest {
    @Test
    void aFileThatBreaksItsExtractorHurtsOnlyItself() throws Exception {
        Map<String, List<String>> poison = new LinkedHashMap<>();
        poison.put("crash.bin", List.of("FAILED(CRASHED)", "about to crash"));
        poison.put("silent.bin", List.of("FAILED(NO_PROGRESS)", "no sign"));
        poison.put("hang.bin", List.of("FAILED(TIMED_OUT)", "longer"));
        poison.put("flood.bin", List.of("FAILED(EXTRACTOR_ERROR)", "stdout"));
        poison.put("longline.bin", List.of("FAILED(EXTRACTOR_ERROR)", "line"));
        poison.put("bigout.bin", List.of("FAILED(EXTRACTOR_ERROR)", "2 MB"));
        poison.put("links.bin", List.of("FAILED(EXTRACTOR_ERROR)", "not a regular file"));
        poison.put("symtext.bin", List.of("FAILED(EXTRACTOR_ERROR)", "not a regular file"));
        poison.put("hardlink.bin", List.of("FAILED(EXTRACTOR_ERROR)", "second name"));
        poison.put("fail.bin", List.of("FAILED(CORRUPT)", "as asked"));
        api.extractors("crasher");
        poison.keySet().forEach(name -> api.file(name, "poison").file("after-" + name.length() + ".txt", "good"));

        assertThat(run()).isEqualTo(0);

        int n = 0;
        for (List<String> expected : poison.values()) {
            assertThat(api.outcome(n)).as("item " + n).isEqualTo(expected.get(0));
            assertThat(api.done(n).path("detail").asText()).contains(expected.get(1));
            assertThat(api.outcome(n + 1)).as("the file after item " + n).isEqualTo("INDEXED");
            n += 2;
        }
    }

    @Test
    void oneThatAnswersAndReadsNoRequestDoesNotHoldTheAgentForEver() throws Exception {
        api.extractors("deaf");
        for (int n = 0; n < 60; n++) { // of which a pipe holds about thirty
            api.file("n".repeat(2_000) + n, "x");
        }

        assertThat(run()).isEqualTo(0);
        assertThat(agent().log()).contains("read nothing of its request");
        assertThat(api.done).hasSize(60);
    }

    @Test
    void aCrashThatDoesNotComeAgainIsForgiven() throws Exception {
        api.extractors("crasher").file("crash-once.bin", "x");

        assertThat(run()).isEqualTo(0);
        assertThat(api.outcome(0)).isEqualTo("INDEXED");
    }

    @Test
    void outOfMemoryAloneEndsWithTwentyOneAndLeavesOnlyThatItem() throws Exception {
        api.extractors("crasher").file("a.txt", "one").file("oom.bin", "x").file("b.txt", "two");

        assertThat(run()).isEqualTo(21);
        assertThat(api.started).containsExactly(0, 1, 2);
        assertThat(api.done.keySet()).containsExactly(0, 2);
    }

    @Test
    void anotherExtractorsContentMakesTheItemPartial() throws Exception {
        api.extractors("crasher", "noop").file("fail.bin", "x");

        assertThat(run()).isEqualTo(0);
        assertThat(api.outcome(0)).isEqualTo("INDEXED");
        assertThat(api.done(0).path("partial").toString()).isEqualTo("[\"EXTRACTOR_FAILED\"]");
        assertThat(api.extraction(0, "crasher").path("status").asText()).isEqualTo("FAILED");
    }

    @Test
    void anExtractorStartedForEachFileLeavesTextSegmentsAndArtifacts() throws Exception {
        api.extractors("copier").file("a.txt", "one").file("b.txt", "refuse this");

        assertThat(run()).isEqualTo(0);
        assertThat(api.extraction(0, "copier").path("text").asText()).isEqualTo("one");
        assertThat(api.extraction(0, "copier")
                        .path("segments")
                        .path(0)
                        .path("page")
                        .asInt())
                .isEqualTo(1);
        assertThat(api.artifacts.get("0/artifacts/copier/copy.bin")).asString().isEqualTo("one");
        assertThat(api.outcome(1)).isEqualTo("FAILED(EXTRACTOR_ERROR)");
        assertThat(api.done(1).path("detail").asText()).contains("exit code 7").contains("will not copy this");
    }

    @Test
    void anExtractorSeesNothingOfTheAgentsEnvironment() throws Exception {
        given("QUARRY_TICKET", JobApiDouble.TICKET);
        given("QUARRY_TICKET_FILE", "");
        api.extractors("crasher").file("env.txt", "x");

        assertThat(run()).isEqualTo(0);
        String seen = api.extraction(0, "crasher").path("text").asText();
        assertThat(seen)
                .contains("PATH=")
                .doesNotContain("QUARRY")
                .doesNotContain("qt_")
                .doesNotContain("eyJ");
    }

    @Test
    void theRungsOfIsolationAreRecorded() throws Exception {
        api.extractors("noop").file("a.txt", "x");

        run();
        assertThat(api.extraction(0, "noop").path("isolation").toString())
                .contains("clean-environment")
                .contains("landlock")
                .contains("seccomp")
                .contains("agent-hidden", "files-hidden", "no-sockets", "no-execution");
    }

    @Test
    void severalItemsAtOnceAreAllReported() throws Exception {
        given("QUARRY_CONCURRENCY", "3");
        api.extractors("crasher");
        for (int i = 0; i < 9; i++) {
            api.file(i % 4 == 0 ? "slow" + i + ".txt" : "f" + i + ".txt", "content " + i);
        }

        assertThat(run()).isEqualTo(0);
        assertThat(api.done).hasSize(9);
    }
}
