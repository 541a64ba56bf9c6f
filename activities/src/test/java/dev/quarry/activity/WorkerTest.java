package dev.quarry.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.activity.control.Answers;
import dev.quarry.activity.control.ControlServer;
import dev.quarry.activity.job.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The worker as it is run: a process of its own, against a Temporal server, an HTTP API and real jobs. */
@Timeout(90)
class WorkerTest {
    private static final String RUN = "index/demo/docs";
    private static final String QUEUE = "quarry-default";

    @TempDir
    Path directory;

    private final RunOfOneUnit api = new RunOfOneUnit();
    private WorkerProcesses workers;
    private InMemoryTemporal temporal;

    @BeforeEach
    void start() throws Exception {
        temporal = new InMemoryTemporal();
        workers = new WorkerProcesses(directory, temporal.target(), api);
    }

    @AfterEach
    void stop() throws Exception {
        workers.close();
        temporal.close();
        assertThat(workers.control().violations).isEmpty();
    }

    @Test
    void aRunStartedByAnOperatorGoesThroughAndTheWorkerEndsOnSigterm() throws Exception {
        Process worker = workers.start();
        temporal.startRun(RUN, QUEUE);
        Waiting.until(() -> workers.hasStartedAJob(), "the job");
        workers.letJobsEnd();
        Waiting.until(() -> called("/close"), "the end of the run");
        assertThat(Files.readString(workers.jobs())).isEqualTo(Answers.JOB + " " + Answers.TICKET + "\n");
        assertThat(workers.control().bodies)
                .anyMatch(body -> body.contains("\"end\":{\"state\":\"SUCCEEDED\",\"exitCode\":0"));
        worker.destroy();
        assertThat(worker.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(workers.log())
                .contains("worker ready")
                .doesNotContain(Answers.TICKET)
                .doesNotContain(ControlServer.SECRET);
    }

    @Test
    void aRunOpensAndASettledJobIsSaidThoughAllJobSlotsAreTaken() throws Exception {
        workers.start(Map.of("QUARRY_JOBS", "1"));
        temporal.startRun(RUN, QUEUE);
        Waiting.until(() -> called("/handle"), "the job that takes the only slot");
        long before = runsOpened();
        temporal.startRun("index/demo/other", QUEUE);
        Waiting.until(() -> runsOpened() > before, "the opening of another run");
        workers.letJobsEnd();
        Waiting.until(() -> called("/settle"), "the job's settlement");
    }

    @Test
    void aJobThatNobodyWaitsForAnyMoreTakesNoSlot() throws Exception {
        workers.start(Map.of("QUARRY_JOBS", "1"));
        temporal.startRun(RUN, QUEUE);
        Waiting.until(() -> called("/handle"), "the job that takes the only slot");
        temporal.terminate(RUN + "/g3/u1");
        temporal.startRun("index/demo/other", QUEUE);
        Waiting.until(() -> count("/attempts") > 1, "the opening of another attempt");
    }

    @Test
    void aKilledWorkersJobGoesOnAndTheNextWorkerAttaches() throws Exception {
        Process first = workers.start();
        temporal.startRun(RUN, QUEUE);
        Waiting.until(() -> called("/handle"), "the job's handle");
        first.destroyForcibly().waitFor();
        api.claimed();
        workers.start();
        workers.letJobsEnd();
        // No further than the activity: the in-memory server never takes a workflow task back from a killed worker.
        Waiting.until(
                () -> temporal.history(RUN + "/g3/u1").contains("EVENT_TYPE_ACTIVITY_TASK_COMPLETED"),
                "the end of runJob");
        assertThat(Files.readAllLines(workers.jobs())).hasSize(1);
        assertThat(workers.control().requests.stream().filter(request -> request.endsWith("/attempts")))
                .hasSize(2);
    }

    @Test
    void aCallThatListsForTenSecondsStillReachesTemporalWhenItsWorkerIsToldToStop() throws Exception {
        CountDownLatch listed = api.advanceWaits();
        Process worker = workers.start();
        temporal.startRun(RUN, QUEUE);
        Waiting.until(() -> called("/advance"), "the listing");
        worker.destroy();
        assertThat(worker.waitFor(8, TimeUnit.SECONDS)).isFalse();
        listed.countDown();
        assertThat(worker.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(temporal.history(RUN).split("EVENT_TYPE_ACTIVITY_TASK_COMPLETED", -1))
                .as("that of the opening and that of the listing")
                .hasSize(3);
    }

    @Test
    void aWorkerThatHasNothingToDoStopsAtOnce() throws Exception {
        Process worker = workers.start();
        worker.destroy();
        assertThat(worker.waitFor(8, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void agentsAreToldWhatTheirSiteSetsForThem() throws Exception {
        Path sites = workers.site("default", "QUARRY_AGENT_LOOKAHEAD=3");
        workers.start(Map.of("QUARRY_SITES_DIR", sites.toString(), "QUARRY_AGENT_ISOLATION_MINIMUM", "none"));
        temporal.startRun(RUN, QUEUE);
        Waiting.until(() -> workers.hasStartedAJob(), "the job");
        assertThat(Files.readAllLines(workers.environment()))
                .contains("QUARRY_LOOKAHEAD=3", "QUARRY_ISOLATION_MINIMUM=none");
    }

    @Test
    void eachSiteOfAFolderHasItsOwnQueueAndCluster() throws Exception {
        workers.site("first", "QUARRY_PROCESS_AGENT=/bin/false", "QUARRY_PROCESS_DIR=" + directory.resolve("first"));
        Path sites = workers.site("second", "QUARRY_PROCESS_DIR=" + directory.resolve("second"));
        workers.start(Map.of("QUARRY_SITES_DIR", sites.toString()));
        temporal.startRun(RUN, "quarry-second");
        Waiting.until(() -> workers.hasStartedAJob(), "the job of the second site");
        workers.letJobsEnd();
        Waiting.until(() -> called("/close"), "the end of the run");
        assertThat(directory.resolve("second").resolve(Answers.JOB)).isDirectory();
    }

    private long runsOpened() {
        return count("/runs");
    }

    private long count(String end) {
        return workers.control().requests.stream()
                .filter(request -> request.endsWith(end))
                .count();
    }

    private boolean called(String end) {
        return workers.control().requests.stream().anyMatch(request -> request.endsWith(end));
    }
}
