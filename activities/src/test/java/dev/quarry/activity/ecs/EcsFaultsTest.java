package dev.quarry.activity.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.activity.job.JobBackendException;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import dev.quarry.activity.job.Ticket;
import dev.quarry.activity.job.Waiting;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.DesiredStatus;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;

/** What ECS does on its bad days, and what it costs on its good ones. */
@EnabledIf(
        value = "dev.quarry.activity.ecs.EcsEmulator#isThere",
        disabledReason = "there is no moto for the emulated ECS; ./quarry setup installs it")
@SuppressWarnings("NullAway.Init") // filled in before each test
class EcsFaultsTest {
    private static final String TENANT = "demo";
    private static EcsEmulator ecs;

    @TempDir
    private Path directory;

    private final String own = UUID.randomUUID().toString().substring(0, 8);
    private EcsJobBackend backend;

    @BeforeAll
    static void startEcs() throws Exception {
        ecs = EcsEmulator.start();
    }

    @AfterAll
    static void stopEcs() throws Exception {
        ecs.close();
    }

    @BeforeEach
    void open() {
        backend = new EcsJobBackend(ecs.config());
    }

    @AfterEach
    void close() {
        backend.close();
    }

    private JobId id(String name) {
        return new JobId(name + "-" + own);
    }

    private JobSpec spec(String name, String... habit) {
        return spec(name, 64, habit);
    }

    private JobSpec spec(String name, int memoryMb, String... habit) {
        return new JobSpec(
                id(name),
                TENANT,
                EcsEmulator.DEFINITION,
                List.of(habit),
                "http://127.0.0.1:1",
                new Ticket("qt_not-a-real-ticket-0000"),
                100,
                memoryMb,
                64,
                Duration.ofSeconds(60),
                null,
                Map.of("store", "docs"),
                false,
                Map.of());
    }

    private JobStatus status(JobHandle handle) {
        return Objects.requireNonNull(backend.statuses(List.of(handle)).get(handle));
    }

    private void until(JobHandle handle, State state) {
        Waiting.until(() -> status(handle).state() == state, handle + " " + state);
    }

    private JobHandle running(String name) throws Exception {
        Path ready = directory.resolve("ready-" + name);
        JobHandle handle = backend.submit(spec(name, "polite", ready.toString()));
        Waiting.until(() -> Files.exists(ready), "the polite program's start");
        return handle;
    }

    @Test
    void aThrottledRunTaskIsAnErrorAndTheNextTryStartsOneTask() throws Exception {
        long before = ecs.started();
        ecs.set("modifyBurst", 0);
        try {
            assertThatThrownBy(() -> backend.submit(spec("throttled", "exit", "0")))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("ThrottlingException");
        } finally {
            ecs.set("modifyBurst", 10_000);
        }
        until(backend.submit(spec("throttled", "exit", "0")), State.SUCCEEDED);
        assertThat(ecs.started()).isEqualTo(before + 1);
    }

    @Test
    void aLostReplyOfRunTaskIsRepeatedUnderTheSameTokenAndFindsTheSameTask() throws Exception {
        long before = ecs.started();
        try (LossyProxy proxy = new LossyProxy(ecs.address());
                EcsJobBackend through = backendAt(proxy.address())) {
            proxy.lose(2);
            for (int lost = 0; lost < 2; lost++) {
                assertThatThrownBy(() -> through.submit(spec("lost-reply", "exit", "0")))
                        .isInstanceOf(JobBackendException.class);
            }
            JobHandle handle = through.submit(spec("lost-reply", "exit", "0"));
            assertThat(backend.find(TENANT, id("lost-reply"))).contains(handle);
            until(handle, State.SUCCEEDED);
        }
        assertThat(ecs.started()).isEqualTo(before + 1);
    }

    private static EcsJobBackend backendAt(URI address) {
        return new EcsJobBackend(EcsEmulator.config(address, EcsCapacity.LaunchType.EC2));
    }

    @Test
    void aTaskThatEcsDoesNotShowYetIsUnknownAtMost() throws Exception {
        ecs.set("lagSeconds", 1);
        Set<State> seen = EnumSet.noneOf(State.class);
        try {
            JobHandle handle = backend.submit(spec("late", "hang"));
            Waiting.until(
                    () -> seen.add(status(handle).state()) && seen.contains(State.RUNNING), "the late task running");
            backend.stop(TENANT, id("late"), Optional.of(handle));
        } finally {
            ecs.set("lagSeconds", 0);
        }
        assertThat(seen).containsExactlyInAnyOrder(State.PENDING, State.UNKNOWN, State.RUNNING);
    }

    @Test
    void aTaskThatEcsHasForgottenIsUnknownAndStoppingItIsNoError() throws Exception {
        JobHandle handle = running("forgotten");
        ecs.interrupt(handle.value());
        ecs.forget(handle.value());
        until(handle, State.UNKNOWN);
        backend.stop(TENANT, id("forgotten"), Optional.of(handle));
        assertThat(status(handle).state()).isEqualTo(State.UNKNOWN);
    }

    @Test
    void aTaskThatSpotTakesAwayIsLostWithTheExitCodeOfItsAgent() throws Exception {
        JobHandle handle = running("spot");
        ecs.interrupt(handle.value());
        until(handle, State.LOST);
        assertThat(status(handle).exitCode()).isEqualTo(23);
        assertThat(status(handle).reason()).contains("SpotInterruption");
    }

    @Test
    void whatFindsNoPlaceIsNotPlacedAndOnlyAnotherAttemptIsTriedAnew() throws Exception {
        JobHandle full = backend.submit(spec("no-room-1", 10_000_000, "exit", "0"));
        assertThat(status(full).state()).isEqualTo(State.NOT_PLACED);
        assertThat(status(full).reason()).isEqualTo("RESOURCE:MEMORY");
        ecs.set("memoryMb", 20_000_000);
        try {
            JobHandle again = backend.submit(spec("no-room-1", 10_000_000, "exit", "0"));
            assertThat(again).isEqualTo(full);
            until(backend.submit(spec("no-room-2", 10_000_000, "exit", "0")), State.SUCCEEDED);
        } finally {
            ecs.set("memoryMb", 1_000_000);
        }
        backend.stop(TENANT, id("no-room-1"), Optional.of(full));
        backend.stop(TENANT, id("no-room-1"), Optional.empty());
        assertThat(backend.find(TENANT, id("no-room-1"))).isEmpty();
    }

    @Test
    void aClusterScaledToZeroIsWaitedForAndHasNothingToStop() throws Exception {
        long before = ecs.started();
        ecs.set("instances", 0);
        try {
            assertThatThrownBy(() -> backend.submit(spec("empty", "exit", "0")))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("No Container Instances");
            backend.stop(TENANT, id("empty"), Optional.empty());
        } finally {
            ecs.set("instances", 1);
        }
        until(backend.submit(spec("empty", "exit", "0")), State.SUCCEEDED);
        assertThat(ecs.started()).isEqualTo(before + 1);
    }

    @Test
    void aConflictMeansThatAJobWithThisIdIsThere() throws Exception {
        long before = ecs.started();
        JobHandle first = backend.submit(spec("conflict", "exit", "0"));
        JobHandle other = backend.submit(spec("conflict", "exit", "1"));
        assertThat(other).isEqualTo(first);
        until(first, State.SUCCEEDED);
        assertThat(ecs.started()).isEqualTo(before + 1);
    }

    @Test
    void whatOneWorkerStopsBeforehandAnotherCannotStart() throws Exception {
        Path mark = directory.resolve("mark");
        backend.stop(TENANT, id("beforehand"), Optional.empty());
        try (EcsJobBackend other = backendAt(ecs.address())) {
            JobHandle handle = other.submit(spec("beforehand", "touch", mark.toString()));
            until(handle, State.STOPPED);
            assertThat(other.find(TENANT, id("beforehand"))).contains(handle);
        }
        assertThat(mark).doesNotExist();
    }

    @Test
    void aJobThatEcsDoesNotListYetIsStoppedAllTheSame() throws Exception {
        JobHandle handle = running("unlisted");
        ecs.set("lagSeconds", 3600);
        try {
            assertThat(backend.find(TENANT, id("unlisted"))).isEmpty();
            backend.stop(TENANT, id("unlisted"), Optional.empty());
        } finally {
            ecs.set("lagSeconds", 0);
        }
        until(handle, State.STOPPED);
    }

    @Test
    void twoHundredAndFiftyJobsAreReadByThreeCalls() {
        List<JobHandle> handles = new ArrayList<>();
        for (int number = 0; number < 250; number++) {
            handles.add(new JobHandle("arn:aws:ecs:us-east-1:123456789012:task/quarry/" + number));
        }
        long before = ecs.calls("DescribeTasks");
        Collection<JobStatus> statuses = backend.statuses(handles).values();
        assertThat(ecs.calls("DescribeTasks") - before).isEqualTo(3);
        assertThat(statuses).hasSize(250).allMatch(status -> status.state() == State.UNKNOWN);
    }

    @Test
    void aSweepFindsTheEndsOfManyJobsForAFewCalls() throws Exception {
        Set<JobHandle> told = ConcurrentHashMap.newKeySet();
        backend.changes(told::add);
        long runs = ecs.calls("RunTask");
        long reads = ecs.calls("DescribeTasks");
        List<JobHandle> handles = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            handles.add(backend.submit(spec("many-" + number, "exit", Integer.toString(number))));
            status(handles.get(number));
        }
        Waiting.until(() -> told.containsAll(handles), "news of all ends");
        Map<JobHandle, JobStatus> statuses = backend.statuses(handles);
        for (int number = 0; number < 100; number++) {
            assertThat(statuses)
                    .extractingByKey(handles.get(number))
                    .extracting(JobStatus::exitCode)
                    .isEqualTo(number);
        }
        assertThat(ecs.calls("RunTask") - runs).isEqualTo(100);
        long sweeps = ecs.calls("DescribeTasks") - reads;
        assertThat(sweeps).isPositive().isLessThan(100);
    }

    @Test
    void whatEndedBeforeAnybodyAskedIsToldToo() throws Exception {
        Set<JobHandle> told = ConcurrentHashMap.newKeySet();
        backend.changes(told::add);
        JobHandle full = backend.submit(spec("told-full", 10_000_000, "exit", "0"));
        assertThat(told).contains(full);
        backend.stop(TENANT, id("told-stopped"), Optional.empty());
        JobHandle stopped = backend.submit(spec("told-stopped", "exit", "0"));
        Waiting.until(() -> told.contains(stopped), "news of a job that was stopped beforehand");
        JobHandle over = backend.submit(spec("told-over", "exit", "0"));
        Waiting.until(() -> told.remove(over), "news of an end");
        backend.submit(spec("told-over", "exit", "0"));
        assertThat(told).contains(over);
    }

    @Test
    void callsAboveTheRateWaitAndThenFailWithoutAskingEcs() {
        EcsConfig config = ecs.config();
        EcsConfig slow = new EcsConfig(
                config.cluster(),
                config.images(),
                config.capacity(),
                config.network(),
                config.program(),
                config.grace(),
                config.vcpuMhz(),
                config.sweep(),
                new CallRate(1, 1),
                new CallRate(2, 1),
                Duration.ofMillis(300),
                config.endpoint(),
                config.region());
        long before = ecs.calls("DescribeTasks");
        try (EcsJobBackend limited = new EcsJobBackend(slow)) {
            assertThat(limited.statuses(List.of(nobody(1)))).hasSize(1);
            assertThat(limited.statuses(List.of(nobody(2)))).hasSize(1);
            assertThatThrownBy(() -> limited.statuses(List.of(nobody(3))))
                    .isInstanceOf(JobBackendException.class)
                    .hasMessageContaining("more calls wait");
        }
        assertThat(ecs.calls("DescribeTasks") - before).isEqualTo(2);
    }

    private static JobHandle nobody(int number) {
        return new JobHandle("arn:aws:ecs:us-east-1:123456789012:task/quarry/" + number);
    }

    @Test
    void ecsTakesNoOtherFilterBesideStartedBy() {
        try (EcsClient client = EcsClient.builder()
                .endpointOverride(ecs.address())
                .region(Region.US_EAST_1)
                .httpClientBuilder(ApacheHttpClient.builder())
                .build()) {
            assertThatThrownBy(() -> client.listTasks(list ->
                            list.cluster(EcsEmulator.CLUSTER).startedBy("q-1").desiredStatus(DesiredStatus.STOPPED)))
                    .isInstanceOf(InvalidParameterException.class)
                    .hasMessageContaining("only filter");
        }
    }

    @Test
    void aTaskThatHasEndedIsFoundBeyondTheFirstHundredOfTheCluster() throws Exception {
        for (int number = 0; number < 110; number++) {
            backend.submit(spec("page-" + number, "exit", "0"));
        }
        for (int number : new int[] {0, 109}) {
            JobHandle handle = backend.submit(spec("page-" + number, "exit", "0"));
            until(handle, State.SUCCEEDED);
            assertThat(backend.find(TENANT, id("page-" + number))).contains(handle);
        }
        assertThat(backend.find(TENANT, id("nobody"))).isEmpty();
    }

    @Test
    void aTokenIsNoLockPastItsLifeSoThatOnlyAnotherEpochMayFollow() throws Exception {
        long before = ecs.started();
        JobHandle first = backend.submit(spec("outlived", "exit", "0"));
        until(first, State.SUCCEEDED);
        assertThat(backend.submit(spec("outlived", "exit", "0"))).isEqualTo(first);
        ecs.set("tokenSecondsAfterEnd", 0);
        try {
            JobHandle second = backend.submit(spec("outlived", "exit", "0"));
            assertThat(second).isNotEqualTo(first);
            until(second, State.SUCCEEDED);
            assertThat(status(first).state()).isEqualTo(State.SUCCEEDED);
            assertThat(ecs.started()).isEqualTo(before + 2);
            backend.stop(TENANT, id("outlived"), Optional.empty());
            assertThat(status(second).state()).isEqualTo(State.SUCCEEDED);
        } finally {
            ecs.set("tokenSecondsAfterEnd", 3600);
        }
    }
}
