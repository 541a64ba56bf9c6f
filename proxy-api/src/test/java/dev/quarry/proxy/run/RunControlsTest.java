package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.run.TestStore.TestRun;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.EventType;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

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
    void startingAgainNamesTheWorkflowUnderWayAndCancellingAsksThatOne() {
        InMemoryTemporal temporal = InMemoryTemporal.start();
        IndexWorkflows workflows = new IndexWorkflows(
                new TemporalTarget(temporal.target(), "default", false, null, null, null, null, null));
        try {
            WorkflowId id = new WorkflowId("demo", "docs");
            WorkflowExecution first = workflows.start(id, "east", Map.of("dispatch", true));
            assertThat(first.getWorkflowId()).isEqualTo("index/demo/docs");
            assertThatThrownBy(() -> workflows.start(id, "east", Map.of("dispatch", true)))
                    .isInstanceOfSatisfying(
                            WorkflowExecutionAlreadyStarted.class,
                            underWay -> assertThat(underWay.getExecution()).isEqualTo(first));
            assertThat(workflows.chain(first).firstExecution()).isEqualTo(first.getRunId());
            workflows.cancel("index/demo/docs");
            workflows.cancel("index/demo/unknown");
            WorkflowExecution bare = workflows.start(new WorkflowId("demo", "bare"), "east", Map.of());
            assertThat(workflows.chain(bare).kind()).as("an operator's").contains(RunKind.WHOLE);
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
    void whyTemporalRefusesStandsInTheLog() throws IOException {
        Server refusing = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(new WorkflowServiceGrpc.WorkflowServiceImplBase() {
                    @Override
                    public void getSystemInfo(
                            GetSystemInfoRequest request, StreamObserver<GetSystemInfoResponse> answer) {
                        answer.onNext(GetSystemInfoResponse.getDefaultInstance());
                        answer.onCompleted();
                    }

                    @Override
                    public void startWorkflowExecution(
                            StartWorkflowExecutionRequest request,
                            StreamObserver<StartWorkflowExecutionResponse> answer) {
                        answer.onError(Status.PERMISSION_DENIED
                                .withDescription("Request unauthorized.")
                                .asRuntimeException());
                    }
                })
                .build()
                .start();
        Logger logger = (Logger) LoggerFactory.getLogger(IndexWorkflows.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        IndexWorkflows workflows = new IndexWorkflows(
                new TemporalTarget("127.0.0.1:" + refusing.getPort(), "theirs", false, null, null, null, null, null));
        try {
            assertThatThrownBy(() -> workflows.start(new WorkflowId("demo", "docs"), "east", Map.of()))
                    .isInstanceOfSatisfying(
                            Problem.class, problem -> assertThat(problem.code()).isEqualTo("temporal_away"));
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .singleElement()
                    .asString()
                    .contains("namespace theirs", "PERMISSION_DENIED", "Request unauthorized.");
        } finally {
            logger.detachAppender(lines);
            workflows.close();
            refusing.shutdownNow();
        }
    }

    @Test
    void filesThatMakeNoTlsConnectionAreRefusedAtTheStart(@TempDir Path folder) throws IOException {
        Path unfit = Files.writeString(folder.resolve("ca.pem"), "no certificate");
        TemporalTarget target = new TemporalTarget("127.0.0.1:1", "default", true, unfit, null, null, null, null);
        assertThatThrownBy(() -> new IndexWorkflows(target).close())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("QUARRY_TEMPORAL_CA");
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
