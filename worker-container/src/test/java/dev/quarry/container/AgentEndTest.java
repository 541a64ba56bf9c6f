package dev.quarry.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.container.JobApiDouble.Call;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AgentEndTest extends AgentTest {
    @Test
    void onSigtermWhatIsDoneIsReportedAndWhatIsUnderWayIsLeft() throws Exception {
        api.extractors("crasher")
                .file("a.txt", "one")
                .file("slow.txt", "two")
                .file("hang.txt", "three")
                .file("b.txt", "4");
        start();
        api.await(SOON, () -> api.done.containsKey(0) && api.started.contains(2));
        agent().terminate();

        assertThat(agent().exit(Duration.ofSeconds(8))).isEqualTo(23);
        assertThat(api.outcome(0)).isEqualTo("INDEXED");
        assertThat(api.done).doesNotContainKeys(2, 3);
        assertThat(api.renewals).as("what it used is told too").isNotEmpty();
        assertThat(api.renewals
                        .get(api.renewals.size() - 1)
                        .path("peakMemoryMb")
                        .asInt())
                .isPositive();
    }

    @Test
    void onSigtermResultsThatAreNotPostedYetStillAre() throws Exception {
        api.extractors("crasher").file("a.txt", "one").file("hang.txt", "two");
        api.holdExtractions(true);
        start();
        api.await(SOON, () -> api.heldBack > 0);
        agent().terminate();
        api.holdExtractions(false);

        assertThat(agent().exit(Duration.ofSeconds(8))).isEqualTo(23);
        assertThat(api.outcome(0)).isEqualTo("INDEXED");
        assertThat(api.done).hasSize(1);
    }

    @Test
    void aKilledAgentLeavesNoExtractorNorWhatItStarted() throws Exception {
        api.extractors("crasher", "noop").file("spawn.txt", "x").file("hang.txt", "y");
        start();
        api.await(SOON, () -> !api.extraction(0, "crasher").isMissingNode());
        long grandchild = Long.parseLong(
                api.extraction(0, "crasher").path("text").asText().strip());
        List<ProcessHandle> extractors = agent().handle().descendants().toList();
        assertThat(extractors).extracting(ProcessHandle::pid).contains(grandchild);

        agent().kill();

        for (ProcessHandle extractor : extractors) {
            extractor.onExit().get(10, TimeUnit.SECONDS);
        }
        assertThat(extractors).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void aStoppedAgentLeavesNoExtractor() throws Exception {
        api.extractors("crasher").renewIn(1).file("spawn.txt", "x").file("hang.txt", "y");
        start();
        api.await(SOON, () -> !api.extraction(0, "crasher").isMissingNode());
        List<ProcessHandle> extractors = agent().handle().descendants().toList();
        assertThat(extractors).isNotEmpty();
        api.failAlways(Call.RENEW, Fault.refuse(410, "attempt_closed"));

        assertThat(agent().exit(SOON)).isEqualTo(22);
        for (ProcessHandle extractor : extractors) {
            extractor.onExit().get(10, TimeUnit.SECONDS);
        }
        assertThat(api.done).doesNotContainKey(1);
    }

    @Test
    void neitherTicketNorTokenIsInAnyProcessesEnvironmentOrCommandLine() throws Exception {
        api.extractors("crasher").file("a.txt", "x").file("hang.txt", "y");
        start();
        api.await(SOON, () -> api.done.containsKey(0) && api.started.contains(1));

        List<ProcessHandle> all = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(agent().handle()),
                        agent().handle().descendants())
                .toList();
        assertThat(all).hasSizeGreaterThan(1);
        for (ProcessHandle process : all) {
            Path proc = Path.of("/proc", String.valueOf(process.pid()));
            assertThat(Files.readString(proc.resolve("environ")) + Files.readString(proc.resolve("cmdline")))
                    .doesNotContain("qt_0123")
                    .doesNotContain("eyJ-secret");
        }
    }
}
