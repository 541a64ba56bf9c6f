package dev.quarry.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.activity.control.Answers;
import dev.quarry.activity.control.ControlApi;
import dev.quarry.activity.control.ControlServer;
import dev.quarry.activity.control.ControlServer.Answer;
import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobWatcher;
import dev.quarry.activity.job.Waiting;
import dev.quarry.activity.job.WatcherSettings;
import dev.quarry.activity.memory.MemoryCluster;
import dev.quarry.activity.memory.MemoryJobBackend;
import dev.quarry.activity.memory.StopSignal;
import dev.quarry.workflow.JobEnd;
import dev.quarry.workflow.JobRequest;
import dev.quarry.workflow.JobResult;
import dev.quarry.workflow.JobRunner;
import io.temporal.activity.ActivityCancellationType;
import io.temporal.activity.ActivityOptions;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.common.RetryOptions;
import io.temporal.failure.CanceledFailure;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JobRunnerTest {
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(2);
    private static final JobId JOB = new JobId(Answers.JOB);
    private static final JobHandle HANDLE = new JobHandle("memory:" + Answers.JOB);

    /** A workflow that does nothing but run one job. */
    @WorkflowInterface
    public interface OneJob {
        @WorkflowMethod
        JobResult run(JobRequest request);
    }

    public static final class OneJobImpl implements OneJob {
        @Override
        public JobResult run(JobRequest request) {
            return Workflow.newActivityStub(
                            JobRunner.class,
                            ActivityOptions.newBuilder()
                                    .setStartToCloseTimeout(Duration.ofMinutes(1))
                                    .setHeartbeatTimeout(HEARTBEAT_TIMEOUT)
                                    .setCancellationType(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED)
                                    .setRetryOptions(RetryOptions.newBuilder()
                                            .setInitialInterval(Duration.ofMillis(50))
                                            .build())
                                    .build())
                    .runJob(request);
        }
    }

    private final List<JobSpec> started = new CopyOnWriteArrayList<>();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final MemoryCluster cluster = new MemoryCluster(Map.of("quarry-agent", this::agent));
    private final JobBackend backend = new MemoryJobBackend(cluster, Duration.ofMillis(200));
    private final AtomicInteger opens = new AtomicInteger();
    private volatile String attempt = Answers.open("PENDING", false, "[]");
    private volatile String attemptStates = Answers.attemptState("RUNNING", 0);
    private volatile int handleStatus = 204;
    private volatile @Nullable WebUi webUi;
    private ControlServer server;
    private TestWorkflowEnvironment temporal;
    private volatile JobRunner runner;
    private JobWatcher watcher;

    private int agent(JobSpec spec, StopSignal signal) throws InterruptedException {
        started.add(spec);
        while (mayEnd.getCount() > 0) {
            if (signal.await(Duration.ofMillis(10))) {
                return 23;
            }
        }
        return 0;
    }

    @BeforeEach
    void start() throws Exception {
        server = new ControlServer(this::answer);
        watcher = watcher(Duration.ofMillis(200));
        runner = runner(watcher);
        temporal = TestWorkflowEnvironment.newInstance(
                TestEnvironmentOptions.newBuilder().setUseTimeskipping(false).build());
        io.temporal.worker.Worker worker = temporal.newWorker("queue");
        worker.registerWorkflowImplementationTypes(OneJobImpl.class);
        worker.registerActivitiesImplementations((JobRunner) request -> runner.runJob(request));
        temporal.start();
    }

    @AfterEach
    void bothSidesKeepToTheContract() {
        temporal.close();
        watcher.close();
        backend.close();
        server.close();
        assertThat(server.violations).isEmpty();
    }

    private Answer answer(String method, String path, String body) {
        if (path.endsWith("/handle")) {
            return handleStatus == 204 ? new Answer(204, "") : Answer.problem(handleStatus, "attempt_closed");
        }
        if (path.endsWith("/attempts/read")) {
            return Answer.ok(attemptStates);
        }
        opens.incrementAndGet();
        return Answer.ok(attempt);
    }

    private JobWatcher watcher(Duration heartbeat) {
        ControlApi api = server.client();
        return new JobWatcher(
                backend,
                api::readAttempts,
                new WatcherSettings(heartbeat, Duration.ofMillis(200), Duration.ofMillis(500), Duration.ofSeconds(1)));
    }

    private JobRunner runner(JobWatcher by) {
        return new JobRunnerImpl(
                server.client(), backend, by, new StrayJobs(backend), "http://127.0.0.1:9", false, Map.of(), webUi);
    }

    @Test
    void aJobIsSubmittedItsHandleSavedAndItsEndTold() {
        WorkflowStub workflow = startJob(new JobRequest(Answers.UNIT, Answers.REQUEST, 0, List.of(1), 4, 2));
        untilStarted();
        mayEnd.countDown();
        JobResult result = workflow.getResult(JobResult.class);
        assertThat(result.answer()).isEqualTo(JobResult.Answer.ENDED);
        assertThat(result.files()).isEqualTo(2);
        assertThat(end(result).state()).isEqualTo(JobEnd.State.SUCCEEDED);
        assertThat(started.get(0).memoryMb()).isEqualTo(512);
        assertThat(started.get(0).diskMb()).isEqualTo(1024);
        assertThat(server.bodies)
                .anySatisfy(body -> assertThat(body)
                        .as("the factors are the API's to apply: it knows the nodes, and keeps the size")
                        .contains("\"memoryFactor\":4", "\"diskFactor\":2"));
        assertThat(server.requests).contains("PUT /control/v1/attempts/" + Answers.ATTEMPT + "/handle");
    }

    @Test
    void aJobNamesItsWorkflowsPageWhereThatIsKnown() {
        mayEnd.countDown();
        startJob().getResult(JobResult.class);
        assertThat(started.get(0).labels()).containsKey("workflow").doesNotContainKey("workflow-url");

        started.clear();
        cluster.forget(JOB);
        webUi = new WebUi(URI.create("https://temporal.example/ui/"), "quarry");
        runner = runner(watcher);
        startJob().getResult(JobResult.class);
        String workflow = Objects.requireNonNull(started.get(0).labels().get("workflow"));
        assertThat(started.get(0).labels())
                .containsEntry(
                        "workflow-url",
                        "https://temporal.example/ui/namespaces/quarry/workflows/" + workflow.replace("/", "%2F"));
        assertThat(workflow).contains("/");
    }

    @Test
    void theEndIsToldAtOnceAndNotAtTheNextRelist() {
        WorkflowStub workflow = startJob();
        untilStarted();
        long before = System.nanoTime();
        mayEnd.countDown();
        workflow.getResult(JobResult.class);
        // 100 ms are typical; a loaded machine must not fail the build, a relist every 60 s must.
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void theTicketIsNotInTheHistory() {
        WorkflowStub workflow = startJob();
        untilStarted();
        mayEnd.countDown();
        workflow.getResult(JobResult.class);
        assertThat(started.get(0).ticket().secret()).isEqualTo(Answers.TICKET);
        String history =
                temporal.getWorkflowExecutionHistory(workflow.getExecution()).toString();
        assertThat(history).contains(Answers.REQUEST).doesNotContain(Answers.TICKET);
        assertThat(started.get(0).toString()).doesNotContain(Answers.TICKET);
    }

    @Test
    void anotherWorkerAttachesAfterAShutdown() {
        WorkflowStub workflow = startJob();
        untilStarted();
        JobWatcher next = watcher(Duration.ofMillis(200));
        runner = runner(next);
        attempt = Answers.open("RUNNING", true, "[]");
        watcher.close();
        Waiting.until(() -> opens.get() == 2, "the next worker's open");
        mayEnd.countDown();
        assertThat(end(workflow.getResult(JobResult.class)).state()).isEqualTo(JobEnd.State.SUCCEEDED);
        assertThat(started).hasSize(1);
        next.close();
    }

    @Test
    void aHeartbeatTimeoutLeavesTheJobRunningForTheNextTry() {
        JobWatcher silent = watcher(Duration.ofHours(1));
        runner = runner(silent);
        WorkflowStub workflow = startJob();
        untilStarted();
        runner = runner(watcher);
        attempt = Answers.open("RUNNING", false, "[]");
        Waiting.until(() -> opens.get() == 2, "the try after the heartbeat timeout");
        assertThat(statusOfJob()).isEqualTo(JobStatus.State.RUNNING);
        mayEnd.countDown();
        assertThat(end(workflow.getResult(JobResult.class)).state()).isEqualTo(JobEnd.State.SUCCEEDED);
        assertThat(started).hasSize(1);
        silent.close();
    }

    @Test
    void aRealCancellationStopsTheJob() {
        WorkflowStub workflow = startJob();
        untilStarted();
        workflow.cancel();
        assertThatThrownBy(() -> workflow.getResult(JobResult.class))
                .isInstanceOf(WorkflowFailedException.class)
                .hasCauseInstanceOf(CanceledFailure.class);
        Waiting.until(() -> statusOfJob() == JobStatus.State.STOPPED, "the job's stop");
    }

    @Test
    void aTerminatedWorkflowLeavesTheJobToTheWatchdog() {
        WorkflowStub workflow = startJob();
        untilStarted();
        workflow.terminate("for the test");
        Waiting.until(() -> watcher.watched() == 0, "the heartbeat that finds nobody");
        assertThat(statusOfJob()).isEqualTo(JobStatus.State.RUNNING);
        mayEnd.countDown();
    }

    @Test
    void anAttemptThatWasClosedMeanwhileHasItsJobStopped() {
        handleStatus = 410;
        JobResult result = startJob().getResult(JobResult.class);
        assertThat(result.answer()).isEqualTo(JobResult.Answer.CLOSED);
        Waiting.until(() -> statusOfJob() == JobStatus.State.STOPPED, "the job's stop");
    }

    @Test
    void aClosedAttemptIsNotSubmittedAndNeverRuns() {
        attempt = Answers.closed();
        assertThat(startJob().getResult(JobResult.class).answer()).isEqualTo(JobResult.Answer.CLOSED);
        assertThat(started).isEmpty();
        assertThat(statusOfJob()).isEqualTo(JobStatus.State.STOPPED);
    }

    @Test
    void theJobsOnTheStopListAreStopped() {
        attempt = Answers.answer("STALE", 7).replace("\"stopList\":[]", "\"stopList\":" + Answers.stop("q-stray-1"));
        JobResult result = startJob().getResult(JobResult.class);
        assertThat(result.answer()).isEqualTo(JobResult.Answer.STALE);
        assertThat(result.epoch()).isEqualTo(7);
        JobHandle stray = backend.find("demo", new JobId("q-stray-1")).orElseThrow();
        assertThat(backend.statuses(List.of(stray)).get(stray))
                .extracting(JobStatus::state)
                .isEqualTo(JobStatus.State.STOPPED);
    }

    @Test
    void finalAnswersCompleteWithoutAJob() {
        for (String answer : List.of("DONE", "RUN_CLOSED", "EMPTY")) {
            attempt = Answers.answer(answer, 2);
            assertThat(startJob().getResult(JobResult.class).answer()).isEqualTo(JobResult.Answer.valueOf(answer));
        }
        assertThat(started).isEmpty();
    }

    @Test
    void aRefusalIsTriedAgainAfterTheTimeThatTheApiAskedFor() {
        attempt = Answers.refused(30);
        WorkflowStub workflow = startJob();
        Waiting.until(() -> opens.get() >= 3, "two retries");
        attempt = Answers.open("PENDING", false, "[]");
        mayEnd.countDown();
        assertThat(workflow.getResult(JobResult.class).answer()).isEqualTo(JobResult.Answer.ENDED);
    }

    @Test
    void aJobThatTheClusterForgotIsLostAfterAGracePeriod() {
        WorkflowStub workflow = startJob();
        untilStarted();
        cluster.forget(JOB);
        assertThat(end(workflow.getResult(JobResult.class)).state()).isEqualTo(JobEnd.State.LOST);
    }

    @Test
    void aRunningAttemptWithoutHandleWhoseJobIsNotThereIsLost() {
        attempt = Answers.open("RUNNING", false, "[]");
        assertThat(end(startJob().getResult(JobResult.class)).state()).isEqualTo(JobEnd.State.LOST);
        assertThat(started).isEmpty();
    }

    @Test
    void anAttemptThatNobodyClaimsInTimeIsNotPlaced() {
        attemptStates = Answers.attemptState("PENDING", 1_800_001);
        JobEnd end = end(startJob().getResult(JobResult.class));
        assertThat(end.state()).isEqualTo(JobEnd.State.NOT_PLACED);
    }

    @Test
    void aSilentAttemptTimesOutAndKeepsTheAgentsExitCodeAsProof() {
        attemptStates = Answers.attemptState("RUNNING", 900_001);
        JobEnd end = end(startJob().getResult(JobResult.class));
        assertThat(end.state()).isEqualTo(JobEnd.State.TIMED_OUT);
        assertThat(end.exitCode()).isEqualTo(23);
    }

    @Test
    void theJobOfAnAttemptThatSomebodyClosedIsStopped() {
        attemptStates = Answers.attemptState("CANCELLED", 0);
        assertThat(end(startJob().getResult(JobResult.class)).state()).isEqualTo(JobEnd.State.STOPPED);
    }

    @Test
    void aJobThatTheClusterWillNeverRunIsRejected() {
        attempt = Answers.open("PENDING", false, "[]").replace("quarry-agent", "no-such-image");
        JobResult result = startJob().getResult(JobResult.class);
        assertThat(result.rejected()).isTrue();
        assertThat(end(result).reason()).contains("no-such-image");
    }

    @Test
    void anAttemptWhoseEscalationHasComeToTheLargestNodeEndsWithoutAJob() {
        attempt = Answers.open("PENDING", false, "[]")
                .replace(
                        "\"files\":2",
                        "\"exhausted\":{\"resource\":\"DISK\",\"detail\":\"needs 4,096 MB of disk\"},\"files\":2");
        JobResult result = startJob().getResult(JobResult.class);
        assertThat(result.rejected()).isTrue();
        assertThat(end(result)).isEqualTo(new JobEnd(JobEnd.State.DISK_FULL, null, "needs 4,096 MB of disk"));
        assertThat(backend.find("demo", JOB)).isEmpty();
    }

    private static JobEnd end(JobResult result) {
        return java.util.Objects.requireNonNull(result.end());
    }

    private JobStatus.State statusOfJob() {
        return java.util.Objects.requireNonNull(
                        backend.statuses(List.of(HANDLE)).get(HANDLE))
                .state();
    }

    private void untilStarted() {
        Waiting.until(() -> !started.isEmpty(), "the job's start");
    }

    private WorkflowStub startJob() {
        return startJob(new JobRequest(Answers.UNIT, Answers.REQUEST, 0, null, 1, 1));
    }

    private WorkflowStub startJob(JobRequest request) {
        WorkflowStub workflow = temporal.getWorkflowClient()
                .newUntypedWorkflowStub(
                        "OneJob",
                        WorkflowOptions.newBuilder().setTaskQueue("queue").build());
        workflow.start(request);
        return workflow;
    }
}
