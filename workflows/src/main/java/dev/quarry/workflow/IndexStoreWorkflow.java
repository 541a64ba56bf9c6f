package dev.quarry.workflow;

import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import org.jspecify.annotations.Nullable;

/**
 * One run: a pass over one store. Its id must be {@code index/<tenant>/<store>}. Cancelling it cancels its units, those of earlier
 * executions of the chain too, and closes the run as CANCELLED.
 */
@WorkflowInterface
public interface IndexStoreWorkflow {
    /** Runs until the store is indexed; the answer is the run's balance. {@code {}} is a complete input. */
    @WorkflowMethod
    RunTotals index(IndexRequest request);

    /** Says that a unit is concluded. May come twice, or for a unit that is not in flight any more: both are harmless. */
    @SignalMethod
    void unitDone(String unit);

    /** Says that a person has answered whether the run may delete so much; the answer itself lies with the API. */
    @SignalMethod
    void deletionAnswered();

    /** The totals as of the last step; null before the first. For people: the API has the exact ones. */
    @QueryMethod
    @Nullable
    RunTotals progress();
}
