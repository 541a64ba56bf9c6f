package dev.quarry.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.temporal.api.enums.v1.WorkflowExecutionStatus;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IndexStoreWorkflowTest {

    private ControlModel model = new ControlModel(0, 0, 1, 1);
    private TemporalStack temporal = new TemporalStack(model);

    @AfterEach
    void nothingIsBroken() {
        temporal.close();
        assertThat(model.log.brokenInvariants()).isEmpty();
    }

    @Test
    void everyUnitIsIndexedOnceAndNeverMoreThanTheWindowAtATime() {
        store(40, 3, 5, 7);
        CountDownLatch firstTwo = new CountDownLatch(2);
        model.agent = work -> {
            if (work.unit().number() <= 2) {
                firstTwo.countDown();
                TemporalStack.await(() -> firstTwo.getCount() == 0);
            }
            return AgentModel.indexAll(work);
        };
        start(IndexRequest.PLAIN);
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.state()).isEqualTo(RunState.COMPLETED);
        assertThat(model.units()).allMatch(unit -> unit.attempts() == 1 && unit.isDone());
        assertThat(model.mostInFlight()).isBetween(2, 5);
        assertThat(mostTakenAtOnce()).isLessThanOrEqualTo(5);
        assertThat(model.log.events().stream().filter(event -> event.startsWith("inflight ")))
                .as("the first unit alone, before any other")
                .startsWith("inflight 1");
        assertThat(status()).isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED);
    }

    @Test
    void theFirstUnitsAreTakenAfterTheFirstPageAndNotAfterTheListing() {
        store(30, 1, 3, 1);
        AtomicBoolean beforeTheEnd = new AtomicBoolean();
        model.agent = work -> {
            beforeTheEnd.compareAndSet(
                    false, !model.advance("run-1", model.walked()).listingComplete());
            return AgentModel.indexAll(work);
        };
        start(IndexRequest.PLAIN);
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(beforeTheEnd).isTrue();
    }

    @Test
    void aRunContinuesAsNewAcrossManyUnitsAndStaysOneRun() {
        store(35, 1, 4, 3);
        model.settings = TestSettings.continuingAfter(8, 300);
        start(IndexRequest.PLAIN);
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.state()).isEqualTo(RunState.COMPLETED);
        assertThat(model.units()).allMatch(unit -> unit.attempts() == 1 && unit.isDone());
        assertThat(model.opened).hasSizeGreaterThan(3);
        assertThat(model.opened).allMatch(model.opened.get(0)::equals);
    }

    @Test
    void aRunContinuesAsNewInTheMiddleOfALongListing() {
        store(25, 1, 4, 1);
        model.settings = TestSettings.continuingAfter(500, 10);
        start(IndexRequest.PLAIN);
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.opened).hasSizeGreaterThan(2);
        assertThat(model.units()).allMatch(unit -> unit.attempts() == 1 && unit.isDone());
    }

    @Test
    void signalsThatComeTwiceOrForNothingChangeNothing() {
        store(12, 1, 3, 4);
        model.agent = work -> {
            JobEnd end = AgentModel.indexAll(work);
            signal("unit-" + Math.max(1, work.unit().number() - 3));
            signal("no-such-unit");
            return end;
        };
        start(IndexRequest.PLAIN);
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.units()).allMatch(unit -> unit.attempts() == 1 && unit.isDone());
        assertThat(model.mostInFlight()).isLessThanOrEqualTo(3);
    }

    @Test
    void aTerminatedUnitIsFencedAndStartedAgain() {
        store(3, 2, 3, 3);
        hangFirst(2, 1);
        start(IndexRequest.PLAIN);
        TemporalStack.await(() -> model.unit(2).attempts() == 1);
        terminate(2);
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.log.events()).contains("fence 2 e2", "open 2 e3");
        assertThat(model.unit(2).outcomes()).containsEntry(0, "INDEXED").containsEntry(1, "INDEXED");
    }

    @Test
    void aUnitWhoseWorkflowIsLostAgainAndAgainIsGivenUp() {
        store(2, 1, 2, 2);
        hangFirst(1, Integer.MAX_VALUE);
        start(IndexRequest.PLAIN);
        for (int attempt = 1; attempt <= 3; attempt++) {
            int wanted = attempt;
            TemporalStack.await(() -> model.unit(1).attempts() == wanted);
            terminate(1);
        }
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.unit(1).outcomes()).containsEntry(0, "FAILED(CANCELLED)");
        assertThat(model.unit(2).outcomes()).containsEntry(0, "INDEXED");
        assertThat(model.state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void theWatchdogWorksAcrossContinueAsNew() {
        store(20, 1, 2, 20);
        model.settings = TestSettings.continuingAfter(4, 300);
        hangFirst(1, 1);
        start(IndexRequest.PLAIN);
        TemporalStack.await(() -> model.unit(1).attempts() == 1 && model.opened.size() > 2);
        terminate(1);
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.units()).allMatch(UnitModel::isDone);
        assertThat(model.log.events()).contains("fence 1 e2");
    }

    @Test
    void aCancelledRunConcludesItsUnitsBeforeItStopsThemAndClosesAsCancelled() {
        store(9, 1, 4, 9);
        model.settings = TestSettings.continuingAfter(3, 300);
        hangAllFrom(4);
        start(IndexRequest.PLAIN);
        // The third execution: three units each for those before it.
        TemporalStack.await(() -> model.opened.size() == 3 && model.unit(7).attempts() == 1);
        temporal.cancelUntilEnd(TemporalStack.RUN_ID);
        assertThat(status()).isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CANCELED);
        assertThat(model.state()).isEqualTo(RunState.CANCELLED);
        List<String> events = model.log.events();
        assertThat(events.indexOf("conclude 4 CANCELLED")).isPositive().isLessThan(events.indexOf("stop 4 e1"));
        assertThat(events.indexOf("conclude 7 CANCELLED")).isLessThan(events.indexOf("close cancelled=true"));
        assertThat(model.unit(9).outcomes()).containsEntry(0, "FAILED(CANCELLED)");
    }

    @Test
    void aRunThatOnlyListsTakesNoUnits() {
        store(10, 1, 4, 3);
        start(new IndexRequest(false, null, null));
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.requests).isEmpty();
        assertThat(model.opened).allMatch(open -> !open.dispatch());
        assertThat(model.state()).isEqualTo(RunState.COMPLETED);
    }

    @Test
    void aRunOfSomeKeysIsOneInAllItsExecutions() {
        store(20, 1, 2, 20);
        model.settings = TestSettings.continuingAfter(4, 300);
        start(new IndexRequest(null, "some-list", null));
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.opened).hasSizeGreaterThan(2);
        assertThat(model.opened).allMatch(open -> "some-list".equals(open.keyList()));
    }

    @Test
    void aChildThatRunsAlreadyIsNotStartedTwice() {
        store(3, 1, 3, 3);
        temporal.startFile(
                TemporalStack.fileId(2), new FileRequest(model.unit(2).ref, 0, UnitPlan.START, model.settings));
        start(IndexRequest.PLAIN);
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.units()).allMatch(UnitModel::isDone);
        assertThat(model.unit(2).attempts()).isEqualTo(1);
    }

    @Test
    void aRunThatIsClosedUnderneathEndsWithItsUnits() {
        store(6, 1, 2, 1);
        model.agent = work -> {
            if (work.unit().number() == 2) {
                model.abort();
                return AgentModel.exit(22);
            }
            return AgentModel.indexAll(work);
        };
        start(IndexRequest.PLAIN);
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.state()).isEqualTo(RunState.ABORTED);
        assertThat(model.unit(2).outcomes()).containsEntry(0, "FAILED(CANCELLED)");
    }

    @Test
    void aRunThatAsksWhetherItMayDeleteGoesOnAtOnceWhenItIsAnswered() {
        store(2, 1, 2, 2);
        model.settings = TestSettings.lookingEvery(Duration.ofHours(1));
        model.asks = true;
        WorkflowStub run = start(IndexRequest.PLAIN);
        TemporalStack.await(() -> closes() == 1);
        model.asks = false;
        run.signal("deletionAnswered");
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.state()).isEqualTo(RunState.COMPLETED);
        assertThat(closes()).isEqualTo(2);
    }

    @Test
    void anAnswerWhoseSignalIsLostIsFoundAndTheWaitContinuesAsNew() {
        store(2, 1, 2, 2);
        model.settings = TestSettings.continuingAfter(500, 10);
        model.asks = true;
        start(IndexRequest.PLAIN);
        TemporalStack.await(() -> closes() > 12);
        model.asks = false;
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(model.state()).isEqualTo(RunState.COMPLETED);
        assertThat(model.opened).hasSizeGreaterThan(1);
    }

    @Test
    void aRunThatWaitsForAnAnswerCanBeCancelled() {
        store(2, 1, 2, 2);
        model.settings = TestSettings.lookingEvery(Duration.ofHours(1));
        model.asks = true;
        WorkflowStub run = start(IndexRequest.PLAIN);
        TemporalStack.await(() -> closes() == 1);
        run.cancel();
        temporal.awaitEnd(TemporalStack.RUN_ID);
        assertThat(status()).isEqualTo(WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_CANCELED);
        assertThat(model.log.events()).contains("close cancelled=true");
    }

    private long closes() {
        return model.log.events().stream()
                .filter("close cancelled=false"::equals)
                .count();
    }

    @Test
    void theProgressQueryTellsTheLastTotals() {
        store(2, 1, 2, 2);
        hangFirst(1, 1);
        WorkflowStub run = start(IndexRequest.PLAIN);
        TemporalStack.await(() -> {
            RunTotals totals = run.query("progress", RunTotals.class);
            return totals != null && totals.listed() == 2 && totals.startedAt().equals(Instant.EPOCH);
        });
        TemporalStack.await(() -> model.unit(1).attempts() == 1);
        terminate(1);
        temporal.awaitEnd(TemporalStack.RUN_ID);
    }

    private void store(int units, int files, int window, int unitsAPage) {
        temporal.close();
        model = new ControlModel(units, files, window, unitsAPage);
        temporal = new TemporalStack(model);
        model.childRuns = temporal::isRunning;
    }

    private WorkflowStub start(IndexRequest request) {
        return temporal.startRun(request);
    }

    private WorkflowExecutionStatus status() {
        return temporal.status(TemporalStack.RUN_ID);
    }

    private void hangFirst(int unit, int attempts) {
        model.agent = work -> {
            if (work.unit().number() == unit && work.attempt() <= attempts) {
                work.hang();
                return JobEnd.lost("stopped");
            }
            return AgentModel.indexAll(work);
        };
    }

    private void hangAllFrom(int unit) {
        model.agent = work -> {
            if (work.unit().number() >= unit) {
                work.hang();
                return JobEnd.lost("stopped");
            }
            return AgentModel.indexAll(work);
        };
    }

    private void terminate(int unit) {
        temporal.client().newUntypedWorkflowStub(TemporalStack.fileId(unit)).terminate("lost, for the test");
    }

    private void signal(String unit) {
        temporal.client().newUntypedWorkflowStub(TemporalStack.RUN_ID).signal("unitDone", unit);
    }

    /** By what the model granted and concluded: the sum of units taken minus those done at the moment of each grant. */
    private int mostTakenAtOnce() {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        model.log.events().stream()
                .filter(event -> event.startsWith("inflight "))
                .forEach(seen::add);
        return seen.stream()
                .mapToInt(event -> Integer.parseInt(event.substring(9)))
                .max()
                .orElse(Integer.MAX_VALUE);
    }
}
