package dev.quarry.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.activity.control.Answers;
import dev.quarry.activity.control.ControlServer;
import dev.quarry.activity.control.ControlServer.Answer;
import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.memory.MemoryCluster;
import dev.quarry.activity.memory.MemoryJobBackend;
import dev.quarry.workflow.ConcludeAnswer;
import dev.quarry.workflow.FailReason;
import dev.quarry.workflow.OpenRun;
import dev.quarry.workflow.OpenedRun;
import dev.quarry.workflow.RunSettings;
import dev.quarry.workflow.UnitVerdict;
import dev.quarry.workflow.UnitVerdict.Finding;
import dev.quarry.workflow.WatchedUnit;
import io.temporal.failure.ApplicationFailure;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RunLedgerTest {
    private final JobBackend backend = new MemoryJobBackend(new MemoryCluster(Map.of()), Duration.ZERO);
    private ControlServer server;
    private StrayJobs strays = new StrayJobs(backend);
    private boolean childRuns;
    private String unit = Answers.unitState("OPEN", 4, "[]");
    private String fence = Answers.concluded("OK", 5, Answers.stop("q-stray-4"));

    @BeforeEach
    void start() throws Exception {
        server = new ControlServer((method, path, body) -> {
            if (path.endsWith("/units/read")) {
                return Answer.ok(unit);
            }
            return Answer.ok(path.endsWith("/fence") ? fence : Answers.totals(true));
        });
    }

    @AfterEach
    void bothSidesKeepToTheContract() {
        server.close();
        assertThat(server.violations).isEmpty();
    }

    @Test
    void aUnitThatNobodyLooksAfterIsFencedAndItsJobsStopped() {
        assertThat(watch()).isEqualTo(new UnitVerdict(Answers.UNIT, Finding.RESTART, 5));
        assertThat(server.bodies).contains("{\"after\":4}");
        assertThat(backend.find("demo", new JobId("q-stray-4"))).isPresent();
    }

    @Test
    void aUnitWhoseWorkflowRunsIsLeftAlone() {
        childRuns = true;
        assertThat(watch().finding()).isEqualTo(Finding.ALIVE);
        assertThat(server.requests).noneMatch(request -> request.endsWith("/fence"));
    }

    @Test
    void aDoneUnitIsReleasedAndItsStrayJobsStopped() {
        unit = Answers.unitState("DONE", 4, Answers.stop("q-stray-2"));
        assertThat(watch().finding()).isEqualTo(Finding.RELEASE);
        assertThat(backend.find("demo", new JobId("q-stray-2"))).isPresent();
    }

    @Test
    void aClusterThatIsAwayKeepsNoUnitFromBeingLookedAt() {
        strays = new StrayJobs((JobBackend) Proxy.newProxyInstance(
                RunLedgerTest.class.getClassLoader(), new Class<?>[] {JobBackend.class}, (proxy, method, arguments) -> {
                    throw new JobBackendException("no answer", null);
                }));
        assertThat(watch())
                .as("its stop list comes with the next open")
                .isEqualTo(new UnitVerdict(Answers.UNIT, Finding.RESTART, 5));
        unit = Answers.unitState("DONE", 4, Answers.stop("q-stray-2"));
        assertThat(watch().finding())
                .as("its stop list comes with the next look")
                .isEqualTo(Finding.ALIVE);
    }

    @Test
    void aStaleFenceMeansThatSomebodyWasQuicker() {
        fence = Answers.concluded("STALE", 6, "[]");
        assertThat(watch().finding()).isEqualTo(Finding.ALIVE);
    }

    @Test
    void aUnitThatTheApiDoesNotKnowIsReleased() {
        unit = "[]";
        assertThat(watch().finding()).isEqualTo(Finding.RELEASE);
    }

    @Test
    void theJobsOfAnAbortedRunAreStoppedBeforeTheNextOneIsHandedOver() {
        server.script = (method, path, body) -> Answer.ok(Answers.run());
        OpenedRun opened = ledger().openRun(new OpenRun("index/demo/docs", "first", 1_764_000_000_000L, true, null));
        assertThat(opened.generation()).isEqualTo(3);
        assertThat(backend.find("demo", new JobId("q-w-3"))).isPresent();
    }

    @Test
    void concludingStopsWhatIsListedAfterTheApiHasAnswered() {
        server.script = (method, path, body) -> Answer.ok(Answers.concluded("OK", 2, Answers.stop("q-stray-1")));
        ConcludeAnswer answer = new UnitLedgerImpl(server.client(), new StrayJobs(backend))
                .conclude(Answers.UNIT, null, null, FailReason.CANCELLED, null);
        assertThat(answer.epoch()).isEqualTo(2);
        assertThat(backend.find("demo", new JobId("q-stray-1"))).isPresent();
    }

    @Test
    void whatMayPassIsRetriedByTemporalAndWhatIsRefusedIsNot() {
        server.script = (method, path, body) -> Answer.problem(503, "database_away");
        assertThat(failure().isNonRetryable()).isFalse();
        server.script = (method, path, body) -> Answer.problem(409, "wrong_seq");
        ApplicationFailure refused = failure();
        assertThat(refused.isNonRetryable()).isTrue();
        assertThat(refused.getType()).isEqualTo("wrong_seq");
    }

    private ApplicationFailure failure() {
        return org.assertj.core.api.Assertions.catchThrowableOfType(
                ApplicationFailure.class, () -> ledger().advance(Answers.RUN, 1));
    }

    private UnitVerdict watch() {
        return ledger().watch(Answers.RUN, List.of(new WatchedUnit(Answers.UNIT, "index/demo/docs/g3/u1")))
                .verdicts()
                .get(0);
    }

    private RunLedgerImpl ledger() {
        return new RunLedgerImpl(server.client(), strays, id -> childRuns, RunSettings.DEFAULTS);
    }
}
