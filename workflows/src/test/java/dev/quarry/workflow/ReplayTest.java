package dev.quarry.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.WorkflowReplayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Today's workflow code must make the same decisions as the code that wrote the committed histories (see HistoryRecorder). */
class ReplayTest {
    private static final Path FOLDER = Path.of("src/test/resources/histories");

    static List<Path> histories() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void aCommittedHistoryReplays(Path file) throws Exception {
        WorkflowReplayer.replayWorkflowExecution(
                Files.readString(file), IndexStoreWorkflowImpl.class, FileWorkflowImpl.class);
    }

    @Test
    void thereAreHistoriesOfEveryKind() throws IOException {
        assertThat(histories().stream().map(file -> file.getFileName().toString()))
                .contains(
                        "run-first-execution.json",
                        "run-last-execution.json",
                        "run-cancelled.json",
                        "unit-healthy.json",
                        "unit-cancelled.json",
                        "unit-with-poison.json");
    }

    @Test
    void aHistoryOfOtherDecisionsIsSeen() throws IOException {
        String history = Files.readString(FOLDER.resolve("unit-healthy.json"));
        String other = history.replace("\"RunJob\"", "\"RunJobElsewhere\"");
        assertThatThrownBy(() -> WorkflowReplayer.replayWorkflowExecution(
                        WorkflowExecutionHistory.fromJson(other), FileWorkflowImpl.class))
                .hasMessageContaining("RunJob");
    }
}
