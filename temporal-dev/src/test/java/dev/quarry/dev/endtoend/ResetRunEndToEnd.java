package dev.quarry.dev.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quarry.dev.client.RunTotals;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.ResetWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code temporal workflow reset} of a run's own workflow, when its units are under way. */
@ExtendWith(SharedStack.class)
@Timeout(240)
class ResetRunEndToEnd {
    private static final int FILES = 60;
    private static final int HIDDEN = 10;

    private final TestStack stack;
    private final WorkflowServiceStubs stubs;
    private final WorkflowClient client;

    ResetRunEndToEnd(TestStack stack) {
        this.stack = stack;
        stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(stack.parts().temporalTarget())
                .build());
        client = WorkflowClient.newInstance(stubs);
    }

    @BeforeEach
    void aRealServer() {
        assumeTrue(stack.parts().temporalKind().equals("server"), "the in-memory Temporal cannot reset a workflow");
    }

    @AfterEach
    void close() {
        stubs.shutdownNow();
    }

    @Test
    void aRunResetToItsBeginningLosesNothingAndCountsNothingTwice() throws Exception {
        TestStore store = stack.store("reset-to-begin");
        RunTotals ended = resetInTheMiddle(store, 0);
        // Of a run that is over, too.
        reset(store, decisions(store).get(0));
        awaitCompleted(store);
        assertThat(stack.api().run(ended.run()).json()).isEqualTo(ended.json());
    }

    @Test
    void aRunResetToSomewhereLosesNothingAndCountsNothingTwice() throws Exception {
        TestStore store = stack.store("reset-to-middle");
        resetInTheMiddle(store, 2);
    }

    private RunTotals resetInTheMiddle(TestStore store, int decision) throws Exception {
        store.turtles(FILES, 0.2);
        foldersThatTheFirstCallDoesNotComeTo(store);
        RunTotals run = store.begin();
        TestStore.await("several calls of each kind", Duration.ofSeconds(60), () -> calls(run) > 1);
        store.awaitHalfway();
        reset(store, decisions(store).get(decision));
        RunTotals ended = store.end(run);
        store.assertIndexed(ended);
        assertThat(ended.count("filtered")).isEqualTo(HIDDEN);
        assertThat(ended.state()).isEqualTo("COMPLETED");
        awaitCompleted(store);
        return ended;
    }

    private static void foldersThatTheFirstCallDoesNotComeTo(TestStore store) throws IOException {
        for (int i = 0; i < HIDDEN; i++) {
            Files.writeString(
                    Files.createDirectory(store.folder().resolve("d" + i)).resolve(".hidden"), "filtered");
        }
    }

    /** Of advance or of takeUnits, whichever are fewer. */
    private long calls(RunTotals run) {
        return stack.ledger()
                .number("select least(advance_seq, units_seq) from quarry.run where id = ?::uuid", run.run());
    }

    /** Where a history can be reset to: the completed workflow tasks, the first ones first. */
    private List<Long> decisions(TestStore store) {
        return client.fetchHistory(id(store)).getEvents().stream()
                .filter(event -> event.getEventType() == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
                .map(HistoryEvent::getEventId)
                .toList();
    }

    private void reset(TestStore store, long decision) {
        stubs.blockingStub()
                .resetWorkflowExecution(ResetWorkflowExecutionRequest.newBuilder()
                        .setNamespace(client.getOptions().getNamespace())
                        .setWorkflowExecution(WorkflowExecution.newBuilder().setWorkflowId(id(store)))
                        .setWorkflowTaskFinishEventId(decision)
                        .setRequestId(UUID.randomUUID().toString())
                        .setReason("for the test")
                        .build());
    }

    private void awaitCompleted(TestStore store) throws Exception {
        TestStore.await(
                "the workflow to complete",
                Duration.ofSeconds(60),
                () -> client.newUntypedWorkflowStub(id(store)).describe().getStatus()
                        != WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING);
        assertThat(client.newUntypedWorkflowStub(id(store)).describe().getStatus())
                .isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED);
    }

    private static String id(TestStore store) {
        return "index/demo/" + store.name();
    }
}
