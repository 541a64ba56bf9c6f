package dev.quarry.workflow;

import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Records histories for {@link ReplayTest} into src/test/resources/histories. Without arguments it runs the scenarios of this class
 * on the in-memory server; with {@code TARGET NAMESPACE NAME WORKFLOW_ID [RUN_ID]} it fetches one execution of a real server, e.g.
 * {@code mvn -pl workflows test-compile exec:java -Dexec.classpathScope=test
 * -Dexec.mainClass=dev.quarry.workflow.HistoryRecorder -Dexec.args="127.0.0.1:7233 default real-run index/demo/docs"}; or use
 * {@code temporal workflow show -o json}, which writes the same format.
 */
public final class HistoryRecorder {
    private static final Path FOLDER = Path.of("src/test/resources/histories");

    public static void main(String[] arguments) throws IOException {
        if (arguments.length == 0) {
            recordScenarios(FOLDER);
        } else {
            fetch(arguments);
        }
    }

    private static void fetch(String[] arguments) throws IOException {
        WorkflowServiceStubs service = WorkflowServiceStubs.newServiceStubs(
                WorkflowServiceStubsOptions.newBuilder().setTarget(arguments[0]).build());
        try {
            WorkflowClient client = WorkflowClient.newInstance(
                    service,
                    WorkflowClientOptions.newBuilder()
                            .setNamespace(arguments[1])
                            .build());
            String runId = arguments.length > 4 ? arguments[4] : "";
            write(FOLDER, arguments[2], client.fetchHistory(arguments[3], runId));
        } finally {
            service.shutdownNow();
        }
    }

    static void recordScenarios(Path folder) throws IOException {
        recordRun(folder);
        recordCancelledRun(folder);
        recordPoison(folder);
    }

    private static void recordRun(Path folder) throws IOException {
        ControlModel model = new ControlModel(14, 2, 4, 5);
        model.settings = TestSettings.continuingAfter(6, 300);
        try (TemporalStack temporal = new TemporalStack(model)) {
            WorkflowStub run = temporal.startRun(IndexRequest.PLAIN);
            WorkflowExecution first = run.getExecution();
            temporal.awaitEnd(TemporalStack.RUN_ID);
            write(folder, "run-first-execution", history(temporal, TemporalStack.RUN_ID, first.getRunId()));
            write(folder, "run-last-execution", history(temporal, TemporalStack.RUN_ID, ""));
            write(folder, "unit-healthy", history(temporal, TemporalStack.fileId(3), ""));
        }
    }

    private static void recordCancelledRun(Path folder) throws IOException {
        ControlModel model = new ControlModel(4, 1, 3, 4);
        model.agent = work -> {
            work.hang();
            return JobEnd.lost("stopped");
        };
        try (TemporalStack temporal = new TemporalStack(model)) {
            WorkflowStub run = temporal.startRun(new IndexRequest(true, null, null));
            TemporalStack.await(() -> model.unit(3).attempts() == 1);
            run.cancel();
            temporal.awaitEnd(TemporalStack.RUN_ID);
            write(folder, "run-cancelled", history(temporal, TemporalStack.RUN_ID, ""));
            write(folder, "unit-cancelled", history(temporal, TemporalStack.fileId(2), ""));
        }
    }

    private static void recordPoison(Path folder) throws IOException {
        ControlModel model = new ControlModel(1, 3, 1, 1);
        model.agent = work -> {
            for (int item : work.items()) {
                work.start(item);
                if (item == 1) {
                    return work.attempt() == 1 ? JobEnd.lost("node gone") : AgentModel.crash();
                }
                work.done(item);
            }
            return new JobEnd(JobEnd.State.SUCCEEDED, 0, null);
        };
        try (TemporalStack temporal = new TemporalStack(model)) {
            temporal.startRun(IndexRequest.PLAIN);
            temporal.awaitEnd(TemporalStack.RUN_ID);
            write(folder, "unit-with-poison", history(temporal, TemporalStack.fileId(1), ""));
        }
    }

    private static WorkflowExecutionHistory history(TemporalStack temporal, String id, String runId) {
        return temporal.client().fetchHistory(id, runId);
    }

    private static void write(Path folder, String name, WorkflowExecutionHistory history) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name + ".json"), history.toJson(true) + "\n");
    }

    private HistoryRecorder() {}
}
