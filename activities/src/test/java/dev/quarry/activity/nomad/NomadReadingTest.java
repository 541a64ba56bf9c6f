package dev.quarry.activity.nomad;

import static org.assertj.core.api.Assertions.assertThat;

import com.hashicorp.nomad.apimodel.AllocationListStub;
import com.hashicorp.nomad.apimodel.TaskEvent;
import com.hashicorp.nomad.apimodel.TaskState;
import dev.quarry.activity.job.JobStatus;
import dev.quarry.activity.job.JobStatus.State;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NomadReadingTest {
    private static TaskEvent terminated(int code, int signal) {
        return new TaskEvent().setType("Terminated").setExitCode(code).setSignal(signal);
    }

    private static TaskEvent event(String type) {
        return new TaskEvent().setType(type).setDisplayMessage("words");
    }

    private static AllocationListStub allocation(String client, String desired, TaskEvent... events) {
        return new AllocationListStub()
                .setClientStatus(client)
                .setDesiredStatus(desired)
                .setCreateIndex(BigInteger.ONE)
                .setTaskStates(Map.of(NomadJob.TASK, new TaskState().setEvents(List.of(events))));
    }

    private static JobStatus status(boolean stopped, AllocationListStub... allocations) {
        return new NomadReading(stopped, true, List.of(allocations), null).status(true);
    }

    @Test
    void onlyAnAllocationThatEndedByItselfWithZeroSucceeded() {
        assertThat(status(false, allocation("complete", "run", terminated(0, 0)))
                        .state())
                .isEqualTo(State.SUCCEEDED);
    }

    @Test
    void aDrainedAllocationSaysCompleteToo() {
        AllocationListStub drained = allocation("complete", "stop", event("Killing"), terminated(0, 0));
        assertThat(status(false, drained).state()).isEqualTo(State.LOST);
    }

    /** As 1.6.5 tells it of a real one (see the test on a real Nomad), beside a drained one, which needs a second node to be placed on. */
    @Test
    void anEvictedAllocationIsLostAndSaysWhyApartFromADrainedOne() {
        AllocationListStub evicted = allocation("complete", "evict", event("Killing"), terminated(143, 15))
                .setDesiredDescription("Preempted by alloc ID 5d6f4bd0");
        assertThat(status(false, evicted).state()).isEqualTo(State.LOST);
        assertThat(status(false, evicted).reason()).contains("evicted", "Preempted by alloc ID 5d6f4bd0");
        AllocationListStub drained = allocation("complete", "stop", event("Killing"), terminated(143, 15))
                .setDesiredDescription("alloc is being migrated");
        assertThat(status(false, drained).reason()).contains("migrated").doesNotContain("evicted");
    }

    @Test
    void whatWeStoppedIsStoppedAndKeepsItsExitCode() {
        JobStatus stopped = status(true, allocation("complete", "stop", event("Killing"), terminated(23, 0)));
        assertThat(stopped.state()).isEqualTo(State.STOPPED);
        assertThat(stopped.exitCode()).isEqualTo(23);
    }

    @Test
    void whatHadEndedBeforeItWasStoppedKeepsItsEnd() {
        assertThat(status(true, allocation("failed", "run", terminated(3, 0))).exitCode())
                .isEqualTo(3);
        assertThat(status(true, allocation("failed", "run", terminated(3, 0))).state())
                .isEqualTo(State.FAILED);
    }

    @Test
    void aKillThatNobodyAskedForIsForMemoryWhereMemoryIsEnforced() {
        AllocationListStub killed = allocation("failed", "run", terminated(137, 9));
        assertThat(status(false, killed).state()).isEqualTo(State.OUT_OF_MEMORY);
        assertThat(new NomadReading(false, true, List.of(killed), null)
                        .status(false)
                        .state())
                .isEqualTo(State.FAILED);
    }

    @Test
    void aToldOutOfMemoryIsBelieved() {
        TaskEvent told = terminated(1, 0).setDetails(Map.of("oom_killed", "true"));
        assertThat(new NomadReading(false, true, List.of(allocation("failed", "run", told)), null)
                        .status(false)
                        .state())
                .isEqualTo(State.OUT_OF_MEMORY);
    }

    @Test
    void aDriverThatCannotStartItIsToldApartFromTheProgramsFailure() {
        JobStatus failed = status(false, allocation("failed", "run", event("Driver Failure")));
        assertThat(failed.state()).isEqualTo(State.NOT_PLACED);
        assertThat(failed.reason()).contains("Driver Failure").contains("words");
    }

    @Test
    void aLostNodeIsLostAndASilentOneUnknown() {
        assertThat(status(false, allocation("lost", "stop")).state()).isEqualTo(State.LOST);
        assertThat(status(false, allocation("unknown", "run")).state()).isEqualTo(State.UNKNOWN);
    }

    @Test
    void theLastAllocationCounts() {
        AllocationListStub replacement = allocation("running", "run").setCreateIndex(BigInteger.TWO);
        assertThat(status(false, replacement, allocation("lost", "stop")).state())
                .isEqualTo(State.RUNNING);
    }

    @Test
    void aJobWithoutAnAllocationIsPendingUntilItIsStoppedOrForgotten() {
        String shortage = "not placed: exhausted [memory]";
        assertThat(new NomadReading(false, false, List.of(), shortage).status(true))
                .isEqualTo(new JobStatus(State.PENDING, null, shortage));
        assertThat(new NomadReading(true, true, List.of(), shortage).status(true))
                .isEqualTo(new JobStatus(State.STOPPED, null, shortage));
        assertThat(new NomadReading(false, true, List.of(), null).status(true).state())
                .isEqualTo(State.LOST);
    }
}
