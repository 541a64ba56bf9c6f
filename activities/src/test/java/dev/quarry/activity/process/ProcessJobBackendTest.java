package dev.quarry.activity.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobBackendContract;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import dev.quarry.activity.job.Waiting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class ProcessJobBackendTest extends JobBackendContract {
    private static final Path PROGRAM =
            Path.of("src/test/resources/misbehave.sh").toAbsolutePath();

    /** What a polite program on a busy machine needs to end. */
    private static final Duration GRACE = Duration.ofSeconds(4);

    private int slots = 4;

    @Override
    protected JobBackend newBackend() throws Exception {
        return new ProcessJobBackend(new ProcessConfig(
                directory.resolve("jobs"), slots, Map.of(MISBEHAVE, PROGRAM), GRACE, 100_000, Duration.ofHours(1)));
    }

    @Test
    void jobsBeyondTheSlotsWaitAndStartInOrder() throws Exception {
        slots = 1;
        JobBackend backend = backend();
        Path gate = directory.resolve("gate");
        Path order = directory.resolve("order");
        JobHandle first = backend.submit(spec("z-first", "wait", gate.toString()));
        JobHandle second = backend.submit(spec("m-second", "touch", order.toString()));
        JobHandle third = backend.submit(spec("a-third", "touch", order.toString()));
        untilRunning(backend, first);
        assertThat(status(backend, second).state()).isEqualTo(State.PENDING);
        assertThat(status(backend, third).state()).isEqualTo(State.PENDING);
        Files.createFile(gate);
        end(backend, third);
        assertThat(status(backend, second).state()).isEqualTo(State.SUCCEEDED);
    }

    @Test
    void pendingJobsAreStartedByANewBackendObject() throws Exception {
        slots = 1;
        JobBackend before = backend();
        Path gate = directory.resolve("gate");
        JobHandle running = before.submit(spec("running", "wait", gate.toString()));
        untilRunning(before, running);
        JobHandle pending = before.submit(spec("pending", "exit", "4"));
        before.close();
        JobBackend after = backend();
        assertThat(status(after, pending).state()).isEqualTo(State.PENDING);
        Files.createFile(gate);
        assertThat(end(after, pending).exitCode()).isEqualTo(4);
    }

    @Test
    void jobsOfAWorkerThatIsGoneAreTakenOverByOneThatWasThereBeforeThem() throws Exception {
        slots = 1;
        JobBackend gone = backend();
        JobBackend other = backend();
        Set<JobHandle> told = ConcurrentHashMap.newKeySet();
        other.changes(told::add);
        Path gate = directory.resolve("gate");
        JobHandle running = gone.submit(spec("running", "wait", gate.toString()));
        untilRunning(gone, running);
        JobHandle pending = gone.submit(spec("pending", "exit", "4"));
        gone.close();
        assertThat(status(other, running).state()).isEqualTo(State.RUNNING);
        assertThat(status(other, pending).state()).isEqualTo(State.PENDING);
        assertThat(status(other, new JobHandle(directory.resolve("jobs/nobody").toString()))
                        .state())
                .isEqualTo(State.UNKNOWN);
        Files.createFile(gate);
        Waiting.until(() -> told.containsAll(List.of(running, pending)), "news of both");
        assertThat(end(other, pending).exitCode()).isEqualTo(4);
        assertThat(status(other, running).state()).isEqualTo(State.SUCCEEDED);
        assertThat(directory.resolve("jobs/nobody")).doesNotExist();
    }

    @Test
    void aSecondTenantIsRefusedAlsoAfterARestart() throws Exception {
        JobSpec own = spec("own", "exit", "0");
        JobBackend before = backend();
        end(before, before.submit(own));
        JobSpec foreign = new JobSpec(
                new JobId("foreign"),
                "acme",
                own.image(),
                own.arguments(),
                own.apiAddress(),
                own.ticket(),
                own.cpuMhz(),
                own.memoryMb(),
                own.diskMb(),
                own.maxRuntime(),
                null,
                own.labels(),
                false,
                Map.of());
        JobBackend after = backend();
        assertThatThrownBy(() -> after.submit(foreign))
                .isInstanceOf(JobRejectedException.class)
                .hasMessageContaining("demo's")
                .hasMessageContaining("acme");
        assertThat(after.find("acme", new JobId("foreign"))).isEmpty();
    }

    @Test
    void aPendingJobThatIsStoppedNeverRuns() throws Exception {
        slots = 1;
        JobBackend backend = backend();
        Path gate = directory.resolve("gate");
        Path mark = directory.resolve("mark");
        JobHandle running = backend.submit(spec("running", "wait", gate.toString()));
        untilRunning(backend, running);
        JobHandle pending = backend.submit(spec("pending", "touch", mark.toString()));
        backend.stop("demo", new JobId("pending"), Optional.of(pending));
        Files.createFile(gate);
        end(backend, running);
        assertThat(end(backend, pending).state()).isEqualTo(State.STOPPED);
        assertThat(mark).doesNotExist();
    }

    @Test
    void theTicketIsAFileForTheJobAloneAndNothingIsLeftBehind() throws Exception {
        JobBackend backend = backend();
        Path seen = directory.resolve("seen");
        JobHandle handle = backend.submit(spec("ticket", "ticket", seen.toString()));
        assertThat(end(backend, handle).state()).isEqualTo(State.SUCCEEDED);
        assertThat(Files.readString(seen)).isEqualTo("qt_not-a-real-ticket-0000600\n");
        Path job = Path.of(handle.value());
        assertThat(job.resolve("ticket")).doesNotExist();
        assertThat(job.resolve("scratch")).doesNotExist();
        assertThat(Files.readString(job.resolve("spec.sh"))).doesNotContain("qt_");
    }

    @Test
    void aJobStoppedBeforeItRanLeavesNoTicket() throws Exception {
        slots = 1;
        JobBackend backend = backend();
        Path gate = directory.resolve("gate");
        JobHandle running = backend.submit(spec("running", "wait", gate.toString()));
        untilRunning(backend, running);
        JobHandle pending = backend.submit(spec("pending", "exit", "0"));
        Path ticket = Path.of(pending.value(), "ticket");
        assertThat(ticket).exists();
        backend.stop("demo", new JobId("pending"), Optional.of(pending));
        Waiting.until(() -> !Files.exists(ticket), "the end of the ticket");
        assertThat(status(backend, pending).state()).isEqualTo(State.STOPPED);
        backend.stop("demo", new JobId("pending"), Optional.of(pending));
        assertThat(status(backend, pending).state()).isEqualTo(State.STOPPED);
        assertThat(ticket).doesNotExist();
        Files.createFile(gate);
        end(backend, running);
    }

    @Test
    void aJobWhoseShimIsKilledLeavesNoTicket() throws Exception {
        JobBackend backend = backend();
        Path pulse = directory.resolve("pulse");
        JobHandle handle = backend.submit(spec("untaken", "stubborn", pulse.toString()));
        Waiting.until(() -> Files.exists(pulse), "the program's start");
        Path ticket = Path.of(handle.value(), "ticket");
        assertThat(ticket).exists();
        killShim(handle);
        assertThat(end(backend, handle).state()).isEqualTo(State.LOST);
        Waiting.until(() -> !Files.exists(ticket), "the end of the ticket");
    }

    @Test
    void theEnvironmentHoldsWhatTheJobNeedsAndNothingOfTheWorkers() throws Exception {
        JobBackend backend = backend();
        Path seen = directory.resolve("seen");
        end(backend, backend.submit(spec("environment", "environment", seen.toString())));
        List<String> names = Files.readAllLines(seen).stream()
                .map(line -> line.substring(0, line.indexOf('=')))
                .filter(name -> !name.equals("_") && !name.equals("PWD") && !name.equals("OLDPWD"))
                .toList();
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "PATH",
                        "JAVA_HOME",
                        "LANG",
                        "HOME",
                        "TMPDIR",
                        "QUARRY_API",
                        "QUARRY_JOB_ID",
                        "QUARRY_MEMORY_MB",
                        "QUARRY_DISK_MB",
                        "QUARRY_TICKET_FILE",
                        "QUARRY_SCRATCH");
    }

    /** The shim's shell can take note of the end and of its own signal in one moment. */
    @Test
    void theExitCodeOfAJobThatEndsAtOnceWhenToldToIsNeverLost() throws Exception {
        JobBackend backend = backend();
        for (int round = 0; round < 10; round++) {
            Path ready = directory.resolve("ready-" + round);
            JobHandle handle = backend.submit(spec("polite-" + round, "polite", ready.toString()));
            Waiting.until(() -> Files.exists(ready), "the polite program's start");
            backend.stop("demo", id("polite-" + round), Optional.of(handle));
            assertThat(end(backend, handle).exitCode()).isEqualTo(23);
        }
    }

    @Test
    void theLogIsCapped() throws Exception {
        JobBackend backend = backend();
        JobHandle handle = backend.submit(spec("flood", "flood"));
        end(backend, handle);
        Path log = Path.of(handle.value(), "log");
        Waiting.until(() -> log.toFile().length() == 100_000, "the log's cap");
    }

    @Test
    void aJobWhoseShimIsKilledIsLostAndLeavesNothingRunning() throws Exception {
        JobBackend backend = backend();
        Path pulse = directory.resolve("pulse");
        JobHandle handle = backend.submit(spec("orphan", "stubborn", pulse.toString()));
        Waiting.until(() -> Files.exists(pulse), "the program's start");
        killShim(handle);
        JobStatus end = end(backend, handle);
        assertThat(end.state()).isEqualTo(State.LOST);
        Waiting.until(() -> commandsWith(pulse.toString()) == 0, "the sweep of the shim's session");
        Waiting.until(new JobDirectory(Path.of(handle.value()))::hasEnded, "the end written down");
    }

    @Test
    void readingAJobWhoseShimIsKilledKillsNothing() throws Exception {
        JobBackend backend = backend();
        Path pulse = directory.resolve("pulse");
        JobHandle handle = backend.submit(spec("orphan", "stubborn", pulse.toString()));
        Waiting.until(() -> Files.exists(pulse), "the program's start");
        backend.close();
        killShim(handle);
        JobDirectory job = new JobDirectory(Path.of(handle.value()));
        Waiting.until(() -> job.status().state() == State.LOST, "the shim's end");
        long size = Files.size(pulse);
        Waiting.until(() -> pulse.toFile().length() > size, "another pulse");
        JobBackend next = backend();
        assertThat(end(next, handle).state()).isEqualTo(State.LOST);
        Waiting.until(job::hasEnded, "the end written down");
        assertThat(commandsWith(pulse.toString())).isZero();
        assertThat(status(next, handle).state()).isEqualTo(State.LOST);
    }

    @Test
    void aStrangerWhoGotTheShimsPidIsLeftAlone() throws Exception {
        Process stranger = new ProcessBuilder("setsid", "sh", "-c", "sleep 60 & wait").start();
        try {
            Waiting.until(() -> stranger.children().findAny().isPresent(), "the stranger's child");
            assertThatSessionIsLeftAlone(stranger.pid(), List.of(stranger.toHandle()));
            assertThat(stranger.children().findAny()).isPresent();
        } finally {
            stranger.descendants().forEach(ProcessHandle::destroyForcibly);
            stranger.destroyForcibly();
        }
    }

    @Test
    void whatAStrangerWithTheShimsPidLeftBehindIsLeftAlone() throws Exception {
        Process stranger = new ProcessBuilder("setsid", "sh", "-c", "sleep 60 > /dev/null 2>&1 & echo $!").start();
        long left = Long.parseLong(new String(stranger.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim());
        stranger.waitFor();
        ProcessHandle child = ProcessHandle.of(left).orElseThrow();
        try {
            assertThatSessionIsLeftAlone(stranger.pid(), List.of(child));
        } finally {
            child.destroyForcibly();
        }
    }

    /** A job from before a restart of the machine, whose pids have been given away since. */
    private void assertThatSessionIsLeftAlone(long session, List<ProcessHandle> members) throws Exception {
        JobBackend before = backend();
        before.close();
        Path job = Files.createDirectories(directory.resolve("jobs/q-old-1"));
        Files.writeString(job.resolve("run"), session + " 1\n");
        JobBackend after = backend();
        assertThat(status(after, new JobHandle(job.toString())).state()).isEqualTo(State.LOST);
        Waiting.until(() -> Files.exists(job.resolve("exit")), "the end written down");
        assertThat(members).allMatch(ProcessHandle::isAlive);
    }

    @Test
    void aPowerCutThatEmptiedAJobsFilesLosesThatJobAlone() throws Exception {
        backend().close();
        Path torn = Files.createDirectories(directory.resolve("jobs/q-torn-1"));
        for (String file : List.of("order", "run", "max-runtime", "spec.sh")) {
            Files.createFile(torn.resolve(file));
        }
        JobBackend after = backend();
        JobHandle other = after.submit(spec("other", "exit", "4"));
        Map<JobHandle, JobStatus> statuses = after.statuses(List.of(new JobHandle(torn.toString()), other));
        assertThat(statuses.get(new JobHandle(torn.toString())))
                .extracting(JobStatus::state)
                .isEqualTo(State.LOST);
        assertThat(end(after, other).exitCode()).isEqualTo(4);
        Waiting.until(() -> Files.exists(torn.resolve("exit")), "the end written down");
        Files.writeString(torn.resolve("exit"), "");
        assertThat(status(after, new JobHandle(torn.toString())).state()).isEqualTo(State.LOST);
    }

    @Test
    void whoSweepsUpKnowsAShimByItsEnvironment() throws Exception {
        JobBackend backend = backend();
        Path gate = directory.resolve("gate");
        JobHandle handle = backend.submit(spec("marked", "wait", gate.toString()));
        untilRunning(backend, handle);
        String shim = Files.readString(Path.of(handle.value(), "run")).split(" ")[0];
        assertThat(Files.readString(Path.of("/proc", shim, "environ")))
                .contains("\0HOME=" + handle.value() + "/scratch\0");
        Files.createFile(gate);
        end(backend, handle);
    }

    private static void killShim(JobHandle handle) throws Exception {
        long shim =
                Long.parseLong(Files.readString(Path.of(handle.value(), "run")).split(" ")[0]);
        ProcessHandle.of(shim).orElseThrow().destroyForcibly();
    }

    private static long commandsWith(String text) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(arguments -> String.join(" ", arguments).contains(text))
                        .orElse(false))
                .count();
    }
}
