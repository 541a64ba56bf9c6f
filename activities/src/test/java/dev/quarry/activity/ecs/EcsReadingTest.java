package dev.quarry.activity.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import java.time.Instant;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.Container;
import software.amazon.awssdk.services.ecs.model.Task;

/** What ECS's words mean, those that the emulator never says too. */
class EcsReadingTest {
    private static JobStatus read(UnaryOperator<Task.Builder> task, @Nullable Integer exit, @Nullable String reason) {
        Container own =
                Container.builder().name("agent").exitCode(exit).reason(reason).build();
        Container company = Container.builder().name("log-router").exitCode(77).build();
        return new EcsReading(
                        task.apply(Task.builder()).containers(company, own).build(), Set.of("agent"))
                .status();
    }

    private static JobStatus read(String lastStatus) {
        return read(task -> task.lastStatus(lastStatus), null, null);
    }

    private static JobStatus stopped(String code, @Nullable Integer exit, @Nullable String reason) {
        return read(
                task -> task.lastStatus("STOPPED")
                        .stopCode(code)
                        .stoppedReason("words of ECS")
                        .startedAt(Instant.EPOCH),
                exit,
                reason);
    }

    @Test
    void beforeItRunsItIsPending() {
        for (String status : new String[] {"PROVISIONING", "PENDING", "ACTIVATING"}) {
            assertThat(read(status).state()).isEqualTo(State.PENDING);
        }
        assertThat(read("DEPROVISIONING").state()).isEqualTo(State.PENDING);
    }

    @Test
    void untilItHasStoppedItRuns() {
        assertThat(read("RUNNING").state()).isEqualTo(State.RUNNING);
        for (String status : new String[] {"DEACTIVATING", "STOPPING", "DEPROVISIONING"}) {
            JobStatus reading = read(task -> task.lastStatus(status).startedAt(Instant.EPOCH), null, null);
            assertThat(reading.state()).isEqualTo(State.RUNNING);
        }
    }

    @Test
    void theExitCodeIsThatOfTheJobsOwnContainer() {
        assertThat(stopped("EssentialContainerExited", 0, null).state()).isEqualTo(State.SUCCEEDED);
        JobStatus failed = stopped("EssentialContainerExited", 23, null);
        assertThat(failed.state()).isEqualTo(State.FAILED);
        assertThat(failed.exitCode()).isEqualTo(23);
    }

    @Test
    void aSignalIsNoExitCode() {
        JobStatus killed = stopped("EssentialContainerExited", 137, null);
        assertThat(killed.state()).isEqualTo(State.FAILED);
        assertThat(killed.exitCode()).isNull();
        assertThat(killed.reason()).contains("signal 9");
    }

    @Test
    void outOfMemoryIsToldByTheContainerWhateverElseIsSaid() {
        String reason = "OutOfMemoryError: Container killed due to memory usage";
        assertThat(stopped("EssentialContainerExited", 137, reason).state()).isEqualTo(State.OUT_OF_MEMORY);
        assertThat(stopped("UserInitiated", 137, reason).state()).isEqualTo(State.OUT_OF_MEMORY);
    }

    @Test
    void theLimitOfTheTaskItselfIsATimeout() {
        assertThat(stopped("EssentialContainerExited", 124, null).state()).isEqualTo(State.TIMED_OUT);
    }

    @Test
    void whatSomebodyStoppedIsStoppedEvenIfItEndedWell() {
        assertThat(stopped("UserInitiated", 0, null).state()).isEqualTo(State.STOPPED);
        assertThat(stopped("UserInitiated", 23, null).exitCode()).isEqualTo(23);
        assertThat(stopped("UserInitiated", 143, null).exitCode()).isNull();
    }

    @Test
    void whatTheClusterEndedIsLostAlsoForReasonsThatAreNewToUs() {
        for (String code : new String[] {
            "SpotInterruption", "TerminationNotice", "ServiceSchedulerInitiated", "InfrastructureHealth", "OfTomorrow"
        }) {
            JobStatus lost = stopped(code, 23, null);
            assertThat(lost.state()).isEqualTo(State.LOST);
            assertThat(lost.exitCode()).isEqualTo(23);
            assertThat(lost.reason()).contains(code).contains("words of ECS");
        }
    }

    @Test
    void whatNeverStartedIsNotPlacedAndSaysWhy() {
        JobStatus pull = read(
                task -> task.lastStatus("STOPPED")
                        .stopCode("TaskFailedToStart")
                        .stoppedReason("CannotPullContainerError: no such image"),
                null,
                null);
        assertThat(pull.state()).isEqualTo(State.NOT_PLACED);
        assertThat(pull.reason()).contains("CannotPullContainerError");
        JobStatus start = read(
                task -> task.lastStatus("STOPPED").stopCode("EssentialContainerExited"),
                null,
                "CannotStartContainerError: no such program");
        assertThat(start.state()).isEqualTo(State.NOT_PLACED);
        assertThat(start.reason()).contains("CannotStartContainerError");
    }

    @Test
    void anEndThatEcsDoesNotKnowIsLost() {
        assertThat(stopped("EssentialContainerExited", null, "DockerTimeoutError")
                        .state())
                .isEqualTo(State.LOST);
    }

    @Test
    void aTaskInTheJobsPlaceIsStoppedWhateverItDoes() {
        for (String status : new String[] {"PENDING", "RUNNING", "STOPPED"}) {
            JobStatus reading = read(task -> task.lastStatus(status).group("quarry-never-to-run"), 0, null);
            assertThat(reading.state()).isEqualTo(State.STOPPED);
        }
    }
}
