package dev.quarry.activity.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.activity.job.JobStatus.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every backend does, shown with a misbehaving program under hard limits. A variant adds nothing but its set-up. What a backend
 * cannot tell by itself, the agent's exit code does (design.md section 6); what neither can is in {@link Capabilities}.
 */
public abstract class JobBackendContract {
    protected static final String MISBEHAVE = "misbehave";
    /** Many times what lies between two signs of life of the misbehaving program. */
    private static final Duration SILENCE = Duration.ofMillis(700);
    // The agent's exit codes, design.md section 6.
    private static final int SCRATCH_FULL = 20;
    private static final int EXTRACTOR_OUT_OF_MEMORY = 21;

    @TempDir
    protected Path directory;

    private final List<JobBackend> opened = new ArrayList<>();

    /** Another backend object over the same cluster. */
    protected abstract JobBackend newBackend() throws Exception;

    @AfterEach
    void stopEverything() {
        opened.forEach(JobBackend::close);
    }

    protected JobBackend backend() throws Exception {
        JobBackend backend = newBackend();
        opened.add(backend);
        return backend;
    }

    /** What a test's job is called on a cluster that remembers the jobs of other tests. */
    protected String jobName(String name) {
        return name;
    }

    protected JobId id(String name) {
        return new JobId(jobName(name));
    }

    protected JobSpec spec(String id, String... habit) {
        return spec(id, Duration.ofSeconds(60), habit);
    }

    protected JobSpec spec(String id, Duration maxRuntime, String... habit) {
        return new JobSpec(
                id(id),
                "demo",
                MISBEHAVE,
                List.of(habit),
                "http://127.0.0.1:1",
                new Ticket("qt_not-a-real-ticket-0000"),
                100,
                64,
                64,
                maxRuntime,
                null,
                Map.of("tenant", "demo"),
                false,
                Map.of());
    }

    protected JobStatus end(JobBackend backend, JobHandle handle) {
        Waiting.until(() -> status(backend, handle).state().isFinal(), "the end of " + handle);
        return status(backend, handle);
    }

    protected JobStatus status(JobBackend backend, JobHandle handle) {
        return Objects.requireNonNull(backend.statuses(List.of(handle)).get(handle));
    }

    protected void untilRunning(JobBackend backend, JobHandle handle) {
        Waiting.until(() -> status(backend, handle).state() == State.RUNNING, handle + " running");
    }

    /** Whether it left a result is for the settlement to say. */
    @Test
    void anExitWithZeroSucceededAlsoWithoutAResult() throws Exception {
        JobBackend backend = backend();
        JobStatus end = end(backend, backend.submit(spec("zero", "exit", "0")));
        assertThat(end.state()).isEqualTo(State.SUCCEEDED);
        assertThat(end.exitCode()).isZero();
    }

    @Test
    void anotherExitCodeFailedAndIsTold() throws Exception {
        JobBackend backend = backend();
        for (int code : new int[] {1, 10, 23, 126}) {
            JobStatus end = end(backend, backend.submit(spec("exit-" + code, "exit", Integer.toString(code))));
            assertThat(end.state()).isEqualTo(State.FAILED);
            assertThat(end.exitCode()).isEqualTo(code);
        }
    }

    @Test
    void aDeathBySignalFailedWithoutAnExitCode() throws Exception {
        JobBackend backend = backend();
        for (String signal : List.of("SEGV", "KILL", "TERM")) {
            JobStatus end =
                    end(backend, backend.submit(spec("signal-" + signal.toLowerCase(Locale.ROOT), "signal", signal)));
            assertThat(end.state()).as(signal).isEqualTo(State.FAILED);
            assertThat(end.exitCode()).as(signal).isNull();
        }
    }

    @Test
    void submittedTwiceItRunsOnce() throws Exception {
        JobBackend backend = backend();
        Path mark = directory.resolve("mark");
        JobHandle first = backend.submit(spec("twice", "touch", mark.toString()));
        JobHandle second = backend().submit(spec("twice", "touch", mark.toString()));
        end(backend, first);
        JobHandle third = backend.submit(spec("twice", "touch", mark.toString()));
        assertThat(second).isEqualTo(first);
        assertThat(third).isEqualTo(first);
        end(backend, third);
        assertThat(Files.readAllLines(mark)).hasSize(1);
    }

    @Test
    void submittedByTwoAtOnceItRunsOnce() throws Exception {
        JobBackend one = backend();
        JobBackend other = backend();
        for (int round = 0; round < 5; round++) {
            Path mark = directory.resolve("mark-" + round);
            JobSpec spec = spec("at-once-" + round, "touch", mark.toString());
            CyclicBarrier together = new CyclicBarrier(2);
            CompletableFuture<JobHandle> first = submitting(one, spec, together);
            CompletableFuture<JobHandle> second = submitting(other, spec, together);
            assertThat(second.join()).isEqualTo(first.join());
            assertThat(end(one, first.join()).state()).isEqualTo(State.SUCCEEDED);
            assertThat(Files.readAllLines(mark)).hasSize(1);
        }
    }

    private static CompletableFuture<JobHandle> submitting(JobBackend backend, JobSpec spec, CyclicBarrier together) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        together.await();
                        return backend.submit(spec);
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                task -> new Thread(task, "submits").start());
    }

    @Test
    void aJobIsFoundByItsIdOnceItIsThere() throws Exception {
        JobBackend backend = backend();
        assertThat(backend.find("demo", id("findable"))).isEmpty();
        JobHandle handle = backend.submit(spec("findable", "exit", "0"));
        assertThat(backend.find("demo", id("findable"))).contains(handle);
        end(backend, handle);
        assertThat(backend.find("demo", id("findable"))).contains(handle);
    }

    @Test
    void everyHandleAskedAboutIsAnswered() throws Exception {
        JobBackend backend = backend();
        JobHandle known = backend.submit(spec("known", "exit", "0"));
        JobHandle unknown = new JobHandle("nothing-like-a-handle");
        end(backend, known);
        Map<JobHandle, JobStatus> statuses = backend.statuses(List.of(known, unknown));
        assertThat(statuses).extractingByKey(known).extracting(JobStatus::state).isEqualTo(State.SUCCEEDED);
        assertThat(statuses)
                .extractingByKey(unknown)
                .extracting(JobStatus::state)
                .isEqualTo(State.UNKNOWN);
    }

    @Test
    void aJobThatIsToldToStopEndsStopped() throws Exception {
        JobBackend backend = backend();
        JobHandle handle = backend.submit(spec("hangs", "hang"));
        untilRunning(backend, handle);
        backend.stop("demo", id("hangs"), Optional.of(handle));
        assertThat(end(backend, handle).state()).isEqualTo(State.STOPPED);
    }

    @Test
    void aJobIsStoppedWithoutItsHandle() throws Exception {
        JobBackend backend = backend();
        JobHandle handle = backend.submit(spec("by-id", "hang"));
        untilRunning(backend, handle);
        backend.stop("demo", id("by-id"), Optional.empty());
        assertThat(end(backend, handle).state()).isEqualTo(State.STOPPED);
    }

    @Test
    void aJobThatEndsByItselfWhenToldToKeepsItsExitCode() throws Exception {
        JobBackend backend = backend();
        Path ready = directory.resolve("ready");
        JobHandle handle = backend.submit(spec("polite", "polite", ready.toString()));
        Waiting.until(() -> Files.exists(ready), "the polite program's start");
        backend.stop("demo", id("polite"), Optional.of(handle));
        JobStatus end = end(backend, handle);
        assertThat(end.state()).isEqualTo(State.STOPPED);
        assertThat(end.exitCode()).isEqualTo(23);
    }

    @Test
    void aJobThatIgnoresBeingToldIsMadeToStop() throws Exception {
        JobBackend backend = backend();
        Path ready = directory.resolve("ready");
        JobHandle handle = backend.submit(spec("stubborn", "stubborn", ready.toString()));
        Waiting.until(() -> Files.exists(ready), "the stubborn program's start");
        backend.stop("demo", id("stubborn"), Optional.of(handle));
        assertThat(end(backend, handle).state()).isEqualTo(State.STOPPED);
        untilSilent(ready);
    }

    @Test
    void aJobThatWasStoppedBeforeItWasSubmittedNeverRuns() throws Exception {
        JobBackend backend = backend();
        Path mark = directory.resolve("mark");
        backend.stop("demo", id("too-late"), Optional.empty());
        JobHandle handle = backend.submit(spec("too-late", "touch", mark.toString()));
        assertThat(end(backend, handle).state()).isEqualTo(State.STOPPED);
        assertThat(mark).doesNotExist();
    }

    @Test
    void stoppingWhatHasEndedChangesNothing() throws Exception {
        JobBackend backend = backend();
        JobHandle handle = backend.submit(spec("over", "exit", "3"));
        end(backend, handle);
        backend.stop("demo", id("over"), Optional.of(handle));
        backend.stop("demo", id("over"), Optional.empty());
        assertThat(status(backend, handle).state()).isEqualTo(State.FAILED);
        assertThat(status(backend, handle).exitCode()).isEqualTo(3);
    }

    @Test
    void aJobThatRunsTooLongTimesOut() throws Exception {
        JobBackend backend = backend();
        JobHandle handle = backend.submit(spec("slow", Duration.ofSeconds(1), "hang"));
        assertThat(end(backend, handle).state()).isEqualTo(State.TIMED_OUT);
    }

    @Test
    void aJobThatIgnoresItsTimeIsMadeToEndThoughNobodyStopsIt() throws Exception {
        JobBackend backend = backend();
        Path pulse = directory.resolve("pulse");
        JobHandle handle = backend.submit(spec("stubborn-slow", Duration.ofSeconds(1), "stubborn", pulse.toString()));
        assertThat(end(backend, handle).state()).isEqualTo(State.TIMED_OUT);
        assertThat(pulse).exists();
        untilSilent(pulse);
    }

    @Test
    void childrenThatAJobLeavesEndWithIt() throws Exception {
        JobBackend backend = backend();
        Path pulse = directory.resolve("pulse");
        JobStatus end = end(backend, backend.submit(spec("fork", "fork", pulse.toString())));
        assertThat(end.state()).isEqualTo(State.SUCCEEDED);
        assertThat(pulse).isNotEmptyFile();
        untilSilent(pulse);
    }

    /** Until what writes there every moment does not any more. */
    private static void untilSilent(Path pulse) {
        AtomicLong size = new AtomicLong(-1);
        AtomicLong since = new AtomicLong();
        Waiting.until(
                () -> {
                    long now = pulse.toFile().length();
                    if (size.getAndSet(now) != now) {
                        since.set(System.nanoTime());
                    }
                    return System.nanoTime() - since.get() > SILENCE.toNanos();
                },
                "the last pulse in " + pulse);
    }

    @Test
    void changesAreTold() throws Exception {
        JobBackend backend = backend();
        Set<JobHandle> told = ConcurrentHashMap.newKeySet();
        Path gate = directory.resolve("gate");
        JobHandle handle = backend.submit(spec("told", "wait", gate.toString()));
        untilRunning(backend, handle);
        backend.changes(told::add);
        Files.createFile(gate);
        Waiting.until(() -> told.contains(handle), "news of the end");
        assertThat(end(backend, handle).state()).isEqualTo(State.SUCCEEDED);
    }

    @Test
    void aNewBackendObjectFindsWhatRunsAndHowItEnded() throws Exception {
        JobBackend before = backend();
        assertThat(before.capabilities().outlivesBackend()).as("declared").isTrue();
        Path gate = directory.resolve("gate");
        JobHandle runs = before.submit(spec("runs", "wait", gate.toString()));
        JobHandle over = before.submit(spec("over", "exit", "5"));
        end(before, over);
        untilRunning(before, runs);
        before.close();

        JobBackend after = backend();
        Set<JobHandle> told = ConcurrentHashMap.newKeySet();
        after.changes(told::add);
        assertThat(status(after, over).exitCode()).isEqualTo(5);
        assertThat(status(after, runs).state()).isEqualTo(State.RUNNING);
        Files.createFile(gate);
        Waiting.until(() -> told.contains(runs), "news of the end of an adopted job");
        assertThat(end(after, runs).state()).isEqualTo(State.SUCCEEDED);
    }

    @Test
    void anUnknownImageIsRejected() throws Exception {
        JobBackend backend = backend();
        JobSpec good = spec("rejected", "exit", "0");
        JobSpec bad = new JobSpec(
                good.id(),
                "demo",
                "no-such-image",
                good.arguments(),
                good.apiAddress(),
                good.ticket(),
                1,
                1,
                1,
                good.maxRuntime(),
                null,
                Map.of(),
                false,
                Map.of());
        assertThatThrownBy(() -> backend.submit(bad))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining("no-such-image");
    }

    @Test
    void aJobThatEatsMemoryFails() throws Exception {
        JobBackend backend = backend();
        JobStatus end = end(backend, backend.submit(spec("memory", "memory")));
        boolean told = backend.capabilities().tellsOutOfMemory();
        assertThat(end.state()).isEqualTo(told ? State.OUT_OF_MEMORY : State.FAILED);
        if (!told) {
            assertThat(end.exitCode()).as("perl's own for no memory").isEqualTo(1);
        }
    }

    @Test
    void memoryThatOnlyAnExtractorRanOutOfIsToldByTheAgentsExitCode() throws Exception {
        JobBackend backend = backend();
        JobStatus end = end(backend, backend.submit(spec("extractor-memory", "extractor-memory")));
        assertThat(end.state()).isEqualTo(State.FAILED);
        assertThat(end.exitCode()).isEqualTo(EXTRACTOR_OUT_OF_MEMORY);
    }

    @Test
    void aJobThatDiesOfItsFullDiskFails() throws Exception {
        JobBackend backend = backend();
        JobStatus end = end(backend, backend.submit(spec("disk", "disk")));
        assertThat(end.state()).isEqualTo(backend.capabilities().tellsDiskFull() ? State.DISK_FULL : State.FAILED);
        assertThat(end.exitCode()).isNull();
    }

    @Test
    void aDiskThatTheAgentFoundFullIsToldByItsExitCode() throws Exception {
        JobBackend backend = backend();
        JobStatus end = end(backend, backend.submit(spec("scratch-full", "scratch-full")));
        assertThat(end.state()).isEqualTo(State.FAILED);
        assertThat(end.exitCode()).isEqualTo(SCRATCH_FULL);
    }

    @Test
    void aJobThatFloodsItsOutputGoesOn() throws Exception {
        JobBackend backend = backend();
        assertThat(end(backend, backend.submit(spec("flood", "flood"))).state()).isEqualTo(State.SUCCEEDED);
    }
}
