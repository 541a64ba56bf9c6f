package dev.quarry.activity.payload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.workflow.FileWorkflowImpl;
import dev.quarry.workflow.IndexStoreWorkflowImpl;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.common.converter.CodecDataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed histories are in clear: runs that began before the codec was switched on go on with it. */
class ReplayWithCodecTest {
    private static final Path HISTORIES = Path.of("../workflows/src/test/resources/histories");

    @TempDir
    Path folder;

    @Test
    void aHistoryInClearReplaysWithTheCodecOn() throws Exception {
        List<Path> histories = histories();
        assertThat(histories).hasSizeGreaterThan(5);
        try (TestWorkflowEnvironment environment =
                TestWorkflowEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                        .setWorkflowClientOptions(sealed())
                        .build())) {
            Worker worker = environment.newWorker("replay");
            worker.registerWorkflowImplementationTypes(IndexStoreWorkflowImpl.class, FileWorkflowImpl.class);
            for (Path history : histories) {
                worker.replayWorkflowExecution(WorkflowExecutionHistory.fromJson(Files.readString(history)));
            }
        }
    }

    private static List<Path> histories() throws IOException {
        try (Stream<Path> files = Files.list(HISTORIES)) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        }
    }

    private WorkflowClientOptions sealed() throws IOException {
        Path keys = Files.writeString(folder.resolve("keys"), "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
        return WorkflowClientOptions.newBuilder()
                .setDataConverter(new CodecDataConverter(
                        DefaultDataConverter.newDefaultInstance(),
                        List.of(new SealedPayloadCodec(PayloadKeys.read(keys))),
                        true))
                .build();
    }
}
