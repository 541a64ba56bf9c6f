package dev.quarry.workflow;

import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

public final class IndexStoreWorkflowImpl implements IndexStoreWorkflow {
    private final IndexRequest request;
    private final Window window;
    private @Nullable RunInHand hand;

    /** Runs before any handler, so that a signal of a child of an earlier execution finds its unit. */
    @WorkflowInit
    public IndexStoreWorkflowImpl(@Nullable IndexRequest request) {
        this.request = request == null ? IndexRequest.PLAIN : request;
        Carried carried = this.request.carried();
        window = new Window(carried == null ? List.of() : carried.inFlight());
    }

    @Override
    public RunTotals index(@Nullable IndexRequest ignored) {
        try {
            hand = open();
            return hand.indexOrContinue();
        } catch (TemporalFailure failure) {
            if (!CancellationScope.current().isCancelRequested()) {
                throw failure;
            }
            cancel();
            throw new CanceledFailure("the run is closed as cancelled");
        }
    }

    @Override
    public void unitDone(String unit) {
        window.release(unit);
    }

    @Override
    public void deletionAnswered() {
        if (hand != null) {
            hand.deletionAnswered();
        }
    }

    @Override
    public @Nullable RunTotals progress() {
        if (hand != null) {
            return hand.totals();
        }
        return request.carried() == null ? null : request.carried().totals();
    }

    private RunInHand open() {
        RunLedger opener = Workflow.newActivityStub(RunLedger.class, ActivityProfiles.call(RunSettings.DEFAULTS));
        OpenedRun run = opener.openRun(new OpenRun(
                Workflow.getInfo().getWorkflowId(),
                Workflow.getInfo().getFirstExecutionRunId(),
                chainStartedAtMillis(),
                request.dispatches(),
                request.keyList()));
        return new RunInHand(run, request, window, chainStartedAtMillis());
    }

    private long chainStartedAtMillis() {
        return Optional.ofNullable(request.carried())
                .map(Carried::chainStartedAtMillis)
                .orElseGet(() -> Workflow.getInfo().getRunStartedTimestampMillis());
    }

    /** Detached. A run that was not opened yet is opened first: its chain may have units in flight, and the books must be closed. */
    private void cancel() {
        Workflow.newDetachedCancellationScope(() -> {
                    RunInHand open = hand == null ? open() : hand;
                    open.cancel();
                })
                .run();
    }
}
