package dev.quarry.dev.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerPartTest {
    @Test
    void whatTheUserSetsForAgentsReachesTheWorkerAndNothingElseDoes() {
        assertThat(WorkerPart.forAgents(
                        Map.of("QUARRY_AGENT_ISOLATION_MINIMUM", "none", "QUARRY_JOBS", "1", "PATH", "/bin")))
                .containsExactly(Map.entry("QUARRY_AGENT_ISOLATION_MINIMUM", "none"));
    }
}
