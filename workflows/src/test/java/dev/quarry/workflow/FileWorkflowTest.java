package dev.quarry.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.client.WorkflowStub;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FileWorkflowTest {
    private final ControlModel model = new ControlModel(1, 4, 10, 10);
    private final TemporalStack temporal = new TemporalStack(model);

    @AfterEach
    void nothingIsBroken() {
        temporal.close();
        assertThat(model.log.brokenInvariants()).isEmpty();
    }

    @Test
    void aHealthyUnitTakesOneAttempt() {
        FileResult result = run();
        assertThat(result.cancelled()).isFalse();
        assertThat(model.unit(1).outcomes()).isEqualTo(all("INDEXED"));
        assertThat(model.requests).containsExactly("1 null memory=1 disk=1");
    }

    @Test
    void aPoisonItemIsIsolatedAndCondemnedAfterTwoCrashes() {
        model.agent = work -> whenItIs(2, work, AgentModel.crash());
        run();
        assertThat(model.unit(1).outcomes())
                .isEqualTo(Map.of(0, "INDEXED", 1, "INDEXED", 2, "FAILED(CRASHED)", 3, "INDEXED"));
        assertThat(model.requests)
                .containsExactly("1 null memory=1 disk=1", "1 [2] memory=1 disk=1", "1 null memory=1 disk=1");
    }

    @Test
    void aKillThatLooksLikeACrashCondemnsNobody() {
        model.agent = work -> work.attempt() == 1 ? whenItIs(2, work, AgentModel.crash()) : AgentModel.indexAll(work);
        run();
        assertThat(model.unit(1).outcomes()).isEqualTo(all("INDEXED"));
    }

    @Test
    void anItemThatNeedsMemoryGetsMoreAloneAndTheRestGoesOnAsBefore() {
        model.agent =
                work -> work.memoryFactor() < 4 ? whenItIs(1, work, AgentModel.exit(21)) : AgentModel.indexAll(work);
        run();
        assertThat(model.unit(1).outcomes()).isEqualTo(all("INDEXED"));
        assertThat(model.requests)
                .containsExactly(
                        "1 null memory=1 disk=1",
                        "1 [1] memory=2 disk=1",
                        "1 [1] memory=4 disk=1",
                        "1 null memory=1 disk=1");
    }

    @Test
    void anItemThatNeverHasEnoughMemoryFailsForItsSize() {
        model.agent = work -> whenItIs(1, work, new JobEnd(JobEnd.State.OUT_OF_MEMORY, null, "oom"));
        run();
        assertThat(model.unit(1).outcomes())
                .isEqualTo(Map.of(0, "INDEXED", 1, "FAILED(OUT_OF_MEMORY)", 2, "INDEXED", 3, "INDEXED"));
        assertThat(model.requests).contains("1 [1] memory=8 disk=1").doesNotContain("1 [1] memory=16 disk=1");
    }

    @Test
    void anItemThatNeedsDiskGetsMore() {
        model.agent =
                work -> work.diskFactor() < 2 ? whenItIs(3, work, AgentModel.exit(20)) : AgentModel.indexAll(work);
        run();
        assertThat(model.unit(1).outcomes()).isEqualTo(all("INDEXED"));
        assertThat(model.requests).containsExactly("1 null memory=1 disk=1", "1 [3] memory=1 disk=2");
    }

    @Test
    void aHangingItemIsTriedAloneAndThenTimesOut() {
        model.agent = work -> whenItIs(0, work, new JobEnd(JobEnd.State.TIMED_OUT, 23, "silent"));
        run();
        assertThat(model.unit(1).outcomes())
                .isEqualTo(Map.of(0, "FAILED(TIMED_OUT)", 1, "INDEXED", 2, "INDEXED", 3, "INDEXED"));
    }

    @Test
    void lostJobsAreTriedAgainAsOftenAsItTakes() {
        model.agent = work -> work.attempt() < 8 ? JobEnd.lost("node gone") : AgentModel.indexAll(work);
        run();
        assertThat(model.unit(1).outcomes()).isEqualTo(all("INDEXED"));
        assertThat(model.requests).hasSize(8);
    }

    @Test
    void aBadlyConfiguredAgentIsGivenUpAfterThreeTries() {
        model.agent = work -> AgentModel.exit(12);
        run();
        assertThat(model.unit(1).outcomes()).isEqualTo(all("FAILED(EXTRACTOR_ERROR)"));
        assertThat(model.requests).hasSize(3);
    }

    @Test
    void anAgentThatSaysAllIsWellButLeavesItemsIsTheProgramsFault() {
        model.agent = work -> {
            if (work.items().contains(0)) {
                work.start(0);
                work.done(0);
            }
            return new JobEnd(JobEnd.State.SUCCEEDED, 0, null);
        };
        run();
        assertThat(model.unit(1).outcomes()).containsEntry(0, "INDEXED").containsEntry(3, "FAILED(EXTRACTOR_ERROR)");
    }

    @Test
    void aCrashBeforeAnyItemIsGivenUpAfterThreeTries() {
        model.agent = work -> AgentModel.crash();
        run();
        assertThat(model.unit(1).outcomes()).isEqualTo(all("FAILED(CRASHED)"));
        assertThat(model.requests).hasSize(3);
    }

    @Test
    void aResetWorkflowBeginsAtZeroAndLearnsTheEpochFromStale() {
        model.unit(1).open("an-earlier-request", 0, null);
        model.unit(1).fence(1);
        run();
        assertThat(model.unit(1).outcomes()).isEqualTo(all("INDEXED"));
        assertThat(model.unit(1).epoch()).isEqualTo(3);
    }

    @Test
    void whenTheRunIsClosedTheUnitIsConcludedAsCancelled() {
        model.abort();
        FileResult result = run();
        assertThat(result.cancelled()).isTrue();
        assertThat(model.unit(1).outcomes()).isEqualTo(all("FAILED(CANCELLED)"));
    }

    @Test
    void aRefusalByTheGateIsTriedAgain() {
        model.refusals.set(3);
        run();
        assertThat(model.unit(1).outcomes()).isEqualTo(all("INDEXED"));
    }

    @Test
    void anAttemptThatSomebodyElseClosedIsTriedAgain() {
        model.agent = work -> {
            if (work.attempt() == 1) {
                work.start(0);
                model.unit(1).closeOpenAttempts();
                return AgentModel.exit(22);
            }
            return AgentModel.indexAll(work);
        };
        run();
        assertThat(model.unit(1).outcomes()).isEqualTo(all("INDEXED"));
    }

    @Test
    void aCancelledUnitIsConcludedBeforeItsJobIsStopped() {
        model.agent = work -> {
            work.hang();
            return JobEnd.lost("stopped");
        };
        WorkflowStub file = start();
        TemporalStack.await(() -> !model.log.events().isEmpty());
        file.cancel();
        temporal.awaitEnd(TemporalStack.fileId(1));
        assertThat(model.unit(1).outcomes()).isEqualTo(all("FAILED(CANCELLED)"));
        assertThat(model.log.events()).containsSubsequence("open 1 e1", "conclude 1 CANCELLED", "stop 1 e1");
    }

    private FileResult run() {
        return start().getResult(FileResult.class);
    }

    private WorkflowStub start() {
        UnitRef unit = model.unit(1).ref;
        return temporal.startFile(
                TemporalStack.fileId(1), new FileRequest(unit, 0, UnitPlan.START, TestSettings.QUICK));
    }

    private static JobEnd whenItIs(int bad, AgentModel.Work work, JobEnd end) {
        for (int item : work.items()) {
            work.start(item);
            if (item == bad) {
                return end;
            }
            work.done(item);
        }
        return new JobEnd(JobEnd.State.SUCCEEDED, 0, null);
    }

    private static Map<Integer, String> all(String outcome) {
        return List.of(0, 1, 2, 3).stream().collect(java.util.stream.Collectors.toMap(item -> item, item -> outcome));
    }
}
