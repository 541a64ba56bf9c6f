package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.run.TestStore.TestRun;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RunControlsTest {
    @Test
    void aPausedRunSaysSoUntilItIsResumed() {
        TestStore store = new TestStore();
        TestRun run = store.open();
        assertThat(TestStore.peoplePost("/api/v1/runs/" + run.id + "/pause", "").status())
                .isEqualTo(204);
        Answer paused = TestStore.people("/api/v1/runs/" + run.id);
        assertThat(paused.json().get("paused").asBoolean()).isTrue();
        assertThat(TestStore.peoplePost("/api/v1/runs/" + run.id + "/resume", "")
                        .status())
                .isEqualTo(204);
        Answer runs = TestStore.people("/api/v1/stores/" + store.name + "/runs");
        assertThat(runs.json().get("runs").get(0).get("paused").asBoolean()).isFalse();
    }

    @Test
    void startingWithoutTemporalIsAProblemToTryAgain() {
        Answer answer = TestStore.peoplePost("/api/v1/stores/" + new TestStore().name + "/runs", "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().get("code").asString()).isEqualTo("temporal_away");
    }

    @Test
    void startingAgainJoinsTheWorkflowUnderWayAndCancellingAsksThatOne() {
        InMemoryTemporal temporal = InMemoryTemporal.start();
        IndexWorkflows workflows = new IndexWorkflows(
                new TemporalTarget(temporal.target(), "default", false, null, null, null, null, null));
        try {
            WorkflowId id = new WorkflowId("demo", "docs");
            WorkflowExecution first = workflows.start(id, "east", true);
            assertThat(first.getWorkflowId()).isEqualTo("index/demo/docs");
            assertThat(workflows.start(id, "east", true).getRunId()).isEqualTo(first.getRunId());
            assertThatThrownBy(() -> workflows.startWithKeys(id, "east", true, UUID.randomUUID()))
                    .as("it looks at other keys")
                    .isInstanceOfSatisfying(
                            Problem.class, problem -> assertThat(problem.code()).isEqualTo("run_under_way"));
            workflows.cancel("index/demo/docs");
            workflows.cancel("index/demo/unknown");
            WorkflowExecution keyed =
                    workflows.startWithKeys(new WorkflowId("demo", "keys"), "east", true, UUID.randomUUID());
            assertThat(keyed.getWorkflowId()).isEqualTo("index/demo/keys");
            List<HistoryEvent> history = history(temporal);
            assertThat(history.get(0)
                            .getWorkflowExecutionStartedEventAttributes()
                            .getTaskQueue()
                            .getName())
                    .isEqualTo("quarry-east");
            assertThat(history)
                    .extracting(HistoryEvent::getEventType)
                    .contains(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED);
        } finally {
            workflows.close();
            temporal.close();
        }
    }

    @Test
    void aDecisionAboutDeletionsStandsThoughTheWorkflowIsOver() {
        InMemoryTemporal temporal = InMemoryTemporal.start();
        IndexWorkflows workflows = new IndexWorkflows(
                new TemporalTarget(temporal.target(), "default", false, null, null, null, null, null));
        try {
            assertThatCode(() -> workflows.deletionAnswered("index/demo/over")).doesNotThrowAnyException();
        } finally {
            workflows.close();
            temporal.close();
        }
    }

    private static List<HistoryEvent> history(InMemoryTemporal temporal) {
        WorkflowServiceStubs stubs = WorkflowServiceStubs.newServiceStubs(WorkflowServiceStubsOptions.newBuilder()
                .setTarget(temporal.target())
                .validateAndBuildWithDefaults());
        try {
            return WorkflowClient.newInstance(stubs)
                    .fetchHistory("index/demo/docs")
                    .getHistory()
                    .getEventsList();
        } finally {
            stubs.shutdownNow();
        }
    }
}
