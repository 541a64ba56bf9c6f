package dev.quarry.activity.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.activity.control.Attempt;
import dev.quarry.activity.control.AttemptState;
import dev.quarry.activity.memory.MemoryCluster;
import dev.quarry.activity.memory.MemoryJobBackend;
import dev.quarry.activity.memory.StopSignal;
import dev.quarry.workflow.JobEnd;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The deadlines that are ours, and not the cluster's: each ends the job, and its end says which one it was. */
@Timeout(30)
class DeadlinesTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final String TENANT = "demo";
    private static final String ATTEMPT = "an-attempt";
    private static final JobId JOB = new JobId("q-deadlines-1");

    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final MemoryCluster cluster = new MemoryCluster(Map.of("agent", this::agent));
    private final JobBackend backend = new MemoryJobBackend(cluster, Duration.ofMillis(100));
    private final AtomicInteger readings = new AtomicInteger();
    private volatile AttemptState attempt = pending(0);
    private final JobWatcher watcher = new JobWatcher(
            backend,
            attempts -> {
                readings.incrementAndGet();
                return List.of(attempt);
            },
            new WatcherSettings(LONG, Duration.ofMillis(50), Duration.ofMillis(300), Duration.ofMillis(100)));
    private final EndWaiter waiter = new EndWaiter();

    private int agent(JobSpec spec, StopSignal signal) throws InterruptedException {
        while (mayEnd.getCount() > 0) {
            if (signal.await(Duration.ofMillis(10))) {
                return 23;
            }
        }
        return 0;
    }

    /** Whoever waits for the job's end. */
    private static final class EndWaiter implements Waiter {
        private final CompletableFuture<JobEnd> end = new CompletableFuture<>();

        @Override
        public Pulse heartbeat(JobId job, JobHandle handle) {
            return Pulse.WAITING;
        }

        @Override
        public void ended(JobEnd how) {
            end.complete(how);
        }

        @Override
        public void cancelled() {}

        @Override
        public void handOver() {}
    }

    @AfterEach
    void close() {
        mayEnd.countDown();
        watcher.close();
        backend.close();
    }

    @Test
    void aJobThatIsNotPlacedInTimeIsStoppedAndItsEndSaysWhichResourceWasShort() throws Exception {
        cluster.full("resources exhausted on 3 nodes: memory");
        watch(submitted(), Duration.ofSeconds(1), LONG, LONG);
        attempt = pending(1_000);
        JobEnd end = end();
        assertThat(end.state()).isEqualTo(JobEnd.State.NOT_PLACED);
        assertThat(end.exitCode()).isNull();
        assertThat(end.reason()).contains("not placed within PT1S: resources exhausted on 3 nodes: memory");
        assertThat(status()).isEqualTo(JobStatus.State.STOPPED);
    }

    @Test
    void aJobThatWaitsForRoomWithinItsDeadlineIsLeftAloneAndRunsOnceThereIsSome() throws Exception {
        cluster.full("no room");
        watch(submitted(), Duration.ofSeconds(1), LONG, LONG);
        attempt = pending(999);
        afterReadings(4);
        assertThat(status()).isEqualTo(JobStatus.State.PENDING);
        attempt = claimed(0, 0);
        cluster.free();
        mayEnd.countDown();
        assertThat(end().state()).isEqualTo(JobEnd.State.SUCCEEDED);
    }

    @Test
    void aJobThatRunsButWhoseAgentNeverClaimsIsNotSaidToLackRoom() throws Exception {
        watch(submitted(), Duration.ofSeconds(1), LONG, LONG);
        attempt = pending(1_000);
        JobEnd end = end();
        assertThat(end.state()).isEqualTo(JobEnd.State.NOT_PLACED);
        assertThat(end.reason()).contains("running, but not claimed by its agent within PT1S");
    }

    @Test
    void aSilentAgentIsStoppedAndItsEndSaysSo() throws Exception {
        watch(submitted(), LONG, Duration.ofSeconds(2), LONG);
        attempt = claimed(2_000, 5_000);
        JobEnd end = end();
        assertThat(end.state()).isEqualTo(JobEnd.State.TIMED_OUT);
        assertThat(end.reason()).contains("its agent said nothing for PT2S");
    }

    @Test
    void aJobThatItsClusterLetsRunTooLongIsStoppedAndItsEndSaysSo() throws Exception {
        attempt = claimed(0, 0);
        watch(submitted(), LONG, LONG, Duration.ofMillis(200));
        JobEnd end = end();
        assertThat(end.state()).isEqualTo(JobEnd.State.TIMED_OUT);
        assertThat(end.reason()).contains("ran longer than PT0.2S");
    }

    @Test
    void aWorkerThatTookOverKnowsHowLongTheJobHasRun() throws Exception {
        attempt = claimed(0, Duration.ofHours(2).toMillis());
        watch(submitted(), LONG, LONG, LONG);
        JobEnd end = end();
        assertThat(end.state()).isEqualTo(JobEnd.State.TIMED_OUT);
        assertThat(end.reason()).contains("ran longer than PT1H");
    }

    @Test
    void aJobThatTheClusterDoesNotKnowIsLostAfterTheGracePeriod() throws Exception {
        watch(null, LONG, LONG, LONG);
        JobEnd end = end();
        assertThat(end.state()).isEqualTo(JobEnd.State.LOST);
        assertThat(end.reason()).contains("unknown to the cluster for PT0.3S");
    }

    @Test
    void aJobThatVanishedWhenItWasStoppedForItsDeadlineKeepsTheReason() throws Exception {
        cluster.full("processor");
        watch(submitted(), Duration.ofSeconds(1), LONG, LONG);
        afterReadings(2);
        cluster.forget(JOB);
        attempt = pending(1_000);
        JobEnd end = end();
        assertThat(end.state()).as("it may still run").isIn(JobEnd.State.LOST, JobEnd.State.NOT_PLACED);
        assertThat(end.reason()).contains("not placed within PT1S: processor");
    }

    private JobHandle submitted() throws JobRejectedException {
        return backend.submit(new JobSpec(
                JOB,
                TENANT,
                "agent",
                List.of(),
                "http://127.0.0.1:9",
                new Ticket("qt_x"),
                1,
                1,
                1,
                LONG,
                null,
                Map.of(),
                false,
                Map.of()));
    }

    private void watch(@Nullable JobHandle handle, Duration pending, Duration silence, Duration runtime) {
        watcher.watch(
                new WatchedJob(JOB, TENANT, ATTEMPT, pending, silence, runtime), handle, OptionalLong.empty(), waiter);
    }

    /** Each reads the jobs before it asks for their attempts. */
    private void afterReadings(int more) {
        int now = readings.get();
        Waiting.until(() -> readings.get() >= now + more, more + " readings");
    }

    private JobEnd end() throws Exception {
        return waiter.end.get(10, TimeUnit.SECONDS);
    }

    private JobStatus.State status() {
        JobHandle handle = backend.find(TENANT, JOB).orElseThrow();
        return java.util.Objects.requireNonNull(
                        backend.statuses(List.of(handle)).get(handle))
                .state();
    }

    private static AttemptState pending(long millis) {
        return new AttemptState(ATTEMPT, Attempt.State.PENDING, millis, null);
    }

    private static AttemptState claimed(long silentMillis, long claimedMillis) {
        return new AttemptState(ATTEMPT, Attempt.State.RUNNING, silentMillis, claimedMillis);
    }
}
