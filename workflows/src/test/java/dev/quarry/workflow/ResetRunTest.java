package dev.quarry.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The server of these tests cannot reset a workflow. But one that was reset is one that knows less than the API does: here it is started
 * when the run is well under way.
 */
@Timeout(60)
class ResetRunTest {
    private static final int UNITS = 8;

    private final ControlModel model = new ControlModel(UNITS, 1, 3, 2);
    private final TemporalStack temporal = new TemporalStack(model);

    @BeforeEach
    void sixUnitsAreTakenInThreeCalls() {
        model.childRuns = temporal::isRunning;
        for (int seq = 1; seq <= 3; seq++) {
            model.advance("run-1", seq);
            assertThat(model.takeUnits("run-1", seq, 2).units()).hasSize(2);
        }
    }

    @AfterEach
    void everythingIsIndexedAtTheFirstAttempt() {
        temporal.awaitEnd(TemporalStack.RUN_ID);
        temporal.close();
        assertThat(model.log.brokenInvariants()).isEmpty();
        assertThat(model.state()).isEqualTo(RunState.COMPLETED);
        assertThat(model.units()).hasSize(UNITS).allMatch(unit -> unit.isDone() && unit.attempts() == 1);
    }

    @Test
    void aRunResetToItsBeginningTakesUpWhatWasTakenAndGoesOn() {
        concluded(1);
        temporal.startRun(IndexRequest.PLAIN);
    }

    @Test
    void aRunThatHadTakenAllOfItsUnitsIsNotOverWithTheFirstCall() {
        model.advance("run-1", 4);
        model.takeUnits("run-1", 4, 2);
        temporal.startRun(IndexRequest.PLAIN);
    }

    @Test
    void callsWhoseUnitsAreConcludedAreSkippedAndThoseAfterThemAreNot() {
        model.advance("run-1", 4);
        model.takeUnits("run-1", 4, 2);
        for (int unit : new int[] {1, 2, 3, 4}) {
            concluded(unit);
        }
        temporal.startRun(IndexRequest.PLAIN);
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.log.events().stream().filter(event -> event.startsWith("take ")))
                .as("four calls before, and two since: the first is answered with the units of the third")
                .containsExactly("take 1", "take 2", "take 3", "take 4", "take 1", "take 4");
    }

    @Test
    void aUnitWhoseWorkflowStillRunsIsNotStartedTwice() {
        model.agent = work -> {
            if (work.unit().number() == 3) {
                TemporalStack.await(() -> model.unit(8).isDone());
            }
            return AgentModel.indexAll(work);
        };
        startFile(3);
        TemporalStack.await(() -> model.unit(3).attempts() == 1);
        temporal.startRun(IndexRequest.PLAIN);
    }

    /** Its signal is the last thing that a unit's workflow does, so the run may come to know the unit between that and the workflow's end. */
    @Test
    void aUnitThatSaidThatItIsDoneBeforeTheRunKnewItIsNotWaitedFor() {
        model.settings = TestSettings.withoutWatchdog();
        CountDownLatch ended = new CountDownLatch(1);
        model.agent = work -> {
            JobEnd end = AgentModel.indexAll(work);
            TemporalStack.await(() -> work.unit().number() != 2 || ended.getCount() == 0);
            return end;
        };
        startFile(2);
        TemporalStack.await(() -> model.unit(2).recorded() == 1);
        model.beforeUnitsAreGiven = () -> {
            model.beforeUnitsAreGiven = () -> {};
            model.unit(2).closeOpenAttempts();
            temporal.client()
                    .newUntypedWorkflowStub(TemporalStack.RUN_ID)
                    .signal("unitDone", model.unit(2).ref.unit());
        };
        temporal.startRun(IndexRequest.PLAIN);
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(temporal.isRunning(TemporalStack.fileId(2))).isTrue();
        ended.countDown();
    }

    /** The execution knows units as in flight that were concluded since, and has missed their signals. */
    @Test
    void anExecutionResetInTheMiddleLetsGoOfWhatWasConcludedSince() {
        concluded(1);
        concluded(3);
        List<FlyingUnit> known =
                List.of(new FlyingUnit(model.unit(1).ref, 0, 0), new FlyingUnit(model.unit(2).ref, 0, 0));
        RunTotals then = model.advance("run-1", 1);
        long now = Instant.now().toEpochMilli();
        temporal.startRun(new IndexRequest(null, null, new Carried(now, 1, 1, false, then, known, now)));
        startFile(2);
    }

    private void concluded(int unit) {
        startFile(unit);
        temporal.awaitEnd(TemporalStack.fileId(unit));
    }

    private void startFile(int unit) {
        temporal.startFile(
                TemporalStack.fileId(unit), new FileRequest(model.unit(unit).ref, 0, UnitPlan.START, model.settings));
    }
}
