package dev.quarry.container.extractor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessGroupsTest {
    @Test
    void aGroupIsKilledAlsoAfterManyKillsOfProcessesThatNeverLedOne() throws Exception {
        ProcessGroups groups = new ProcessGroups();
        for (int i = 0; i < 50; i++) {
            Process alone = new ProcessBuilder("true").start();
            alone.waitFor();
            groups.kill(alone);
        }
        // The grandchild belongs to the group and is no descendant any more.
        Process leader = new ProcessBuilder("setsid", "sh", "-c", "(sleep 600 & echo $!); exec sleep 600").start();
        BufferedReader output = leader.inputReader(StandardCharsets.US_ASCII);
        ProcessHandle orphan =
                ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
        while (leader.descendants().anyMatch(orphan::equals)) {
            Thread.onSpinWait();
        }
        groups.add(leader.pid());
        groups.kill(leader);
        orphan.onExit().get(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS);
        assertThat(orphan.isAlive()).isFalse();
    }
}
