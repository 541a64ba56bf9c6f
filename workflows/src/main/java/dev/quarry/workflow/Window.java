package dev.quarry.workflow;

import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.ParentClosePolicy;
import io.temporal.workflow.Async;
import io.temporal.workflow.ChildWorkflowCancellationType;
import io.temporal.workflow.ChildWorkflowOptions;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The units in flight of a run, by id: a signal that comes twice, or late, finds nothing to remove. Children outlive the execution
 * that started them (ABANDON), so this set is what knows them.
 */
final class Window {
    private static final Logger LOG = Workflow.getLogger(Window.class);
    /** More than an execution starts; those beyond it are left to the watchdog. */
    private static final int REMEMBERED = 1_000;

    private final Map<String, FlyingUnit> inFlight = new LinkedHashMap<>();
    /** Said to be done before this execution knew of them: one that was reset has forgotten what it had started. */
    private final Set<String> doneBefore = new HashSet<>();

    private final List<Promise<?>> starts = new ArrayList<>();

    Window(List<FlyingUnit> carried) {
        carried.forEach(flying -> inFlight.put(flying.ref().unit(), flying));
    }

    int size() {
        return inFlight.size();
    }

    boolean isEmpty() {
        return inFlight.isEmpty();
    }

    /** Children that this execution has started. */
    int started() {
        return starts.size();
    }

    @Nullable
    FlyingUnit get(String unit) {
        return inFlight.get(unit);
    }

    void release(String unit) {
        if (inFlight.remove(unit) == null && doneBefore.size() < REMEMBERED) {
            doneBefore.add(unit);
        }
    }

    List<FlyingUnit> carry() {
        return List.copyOf(inFlight.values());
    }

    List<FlyingUnit> silentFor(Duration time) {
        long before = Workflow.currentTimeMillis() - time.toMillis();
        return inFlight.values().stream()
                .filter(flying -> flying.sinceMillis() <= before)
                .toList();
    }

    void start(OpenedRun run, UnitRef unit) {
        start(run, new FlyingUnit(unit, Workflow.currentTimeMillis(), 0), 0);
    }

    void startAgain(OpenedRun run, FlyingUnit lost, long after) {
        start(run, new FlyingUnit(lost.ref(), Workflow.currentTimeMillis(), lost.restarts() + 1), after);
    }

    private void start(OpenedRun run, FlyingUnit flying, long after) {
        UnitRef unit = flying.ref();
        inFlight.put(unit.unit(), flying);
        FileWorkflow child = Workflow.newChildWorkflowStub(
                FileWorkflow.class,
                ChildWorkflowOptions.newBuilder()
                        .setWorkflowId(run.fileWorkflowId(unit.number()))
                        .setParentClosePolicy(ParentClosePolicy.PARENT_CLOSE_POLICY_ABANDON)
                        // A cancelled run cancels its units by id, those of earlier executions too.
                        .setCancellationType(ChildWorkflowCancellationType.ABANDON)
                        .build());
        Promise<FileResult> end =
                Async.function(child::index, new FileRequest(unit, after, UnitPlan.START, run.settings()));
        Promise<WorkflowExecution> start = Workflow.getWorkflowExecution(child);
        starts.add(start.handle((execution, failure) -> failure == null ? execution : refused(unit.unit())));
        end.handle((result, failure) -> {
            if (failure != null) {
                LOG.info("FileWorkflow of unit {} did not complete: the watchdog looks after it", unit.unit());
            }
            return null;
        });
    }

    /**
     * An id that runs already is a child of an earlier execution: alive, and it signals this run's id. If it has done so before, it is just ending. One that
     * had ended is started again instead, and finds its unit done.
     */
    private @Nullable WorkflowExecution refused(String unit) {
        if (doneBefore.contains(unit)) {
            inFlight.remove(unit);
        }
        return null;
    }

    /** Without this wait children of an execution that continues as new might never start. */
    void awaitStarts() {
        Promise.allOf(starts.toArray(new Promise<?>[0])).get();
    }

    /** Cancels every child by id and forgets those that are not there. */
    void cancelAll(OpenedRun run) {
        Map<String, Promise<Void>> asked = new LinkedHashMap<>();
        for (FlyingUnit flying : inFlight.values()) {
            String id = run.fileWorkflowId(flying.ref().number());
            asked.put(
                    flying.ref().unit(),
                    Async.procedure(
                            () -> Workflow.newUntypedExternalWorkflowStub(id).cancel()));
        }
        asked.forEach((unit, promise) -> {
            if (promise.getFailure() != null) {
                inFlight.remove(unit);
            }
        });
    }
}
