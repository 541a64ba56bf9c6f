package dev.quarry.workflow;

import io.temporal.activity.ActivityOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.SignalExternalWorkflowException;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

public final class FileWorkflowImpl implements FileWorkflow {
    private static final Logger LOG = Workflow.getLogger(FileWorkflowImpl.class);

    private static final int SIGNAL_TRIES = 3;

    private final UnitRef unit;
    private final RunSettings settings;
    private final UnitLedger ledger;
    private final JobRunner jobs;
    private long after;
    private UnitPlan plan;
    private int surprises;

    @WorkflowInit
    public FileWorkflowImpl(FileRequest request) {
        unit = request.unit();
        settings = request.settings();
        after = request.after();
        plan = request.plan();
        ActivityOptions call = ActivityProfiles.call(settings);
        ledger = Workflow.newActivityStub(UnitLedger.class, call);
        String queue = Workflow.getInfo().getTaskQueue();
        jobs = Workflow.newActivityStub(JobRunner.class, ActivityProfiles.job(settings, queue));
    }

    @Override
    public FileResult index(FileRequest request) {
        try {
            boolean runLives = true;
            boolean done = false;
            while (runLives && !done) {
                continueAsNewIfDue();
                JobRequest attempt = nextAttempt();
                JobResult result = run(attempt);
                switch (result.answer()) {
                    case DONE -> done = true;
                    case RUN_CLOSED -> runLives = false;
                    case STALE, EMPTY -> beginAgainAfter(result.epoch());
                    case ENDED, CLOSED -> done = settle(attempt, result);
                }
            }
            return finish(!runLives);
        } catch (TemporalFailure failure) {
            if (!CancellationScope.current().isCancelRequested()) {
                throw failure;
            }
            finish(true);
            throw new CanceledFailure("unit " + unit.unit() + " is concluded as CANCELLED");
        }
    }

    private JobRequest nextAttempt() {
        String requestId = Workflow.randomUUID().toString();
        return new JobRequest(unit.unit(), requestId, after, plan.selected(), plan.memoryFactor(), plan.diskFactor());
    }

    /** A runJob that failed for good may still have a job under way: settle closes its attempt and has it stopped. */
    private JobResult run(JobRequest attempt) {
        try {
            return jobs.runJob(attempt);
        } catch (ActivityFailure failure) {
            if (CancellationScope.current().isCancelRequested()) {
                throw failure;
            }
            LOG.warn("runJob of unit {} failed for good", unit.unit(), failure);
            // Says nothing about a larger job being too large: it counts as a plain one that was refused.
            plan = plan.afresh();
            JobEnd end = JobEnd.lost("runJob failed: " + causeOf(failure));
            return new JobResult(JobResult.Answer.ENDED, after, 0, end, true);
        }
    }

    private boolean settle(JobRequest attempt, JobResult result) {
        JobEnd end = result.end() == null ? JobEnd.lost("closed by somebody else") : result.end();
        SettleAnswer settled = ledger.settle(unit.unit(), attempt.requestId(), end);
        after = settled.epoch();
        surprises = 0;
        if (settled.done()) {
            return true;
        }
        NextStep step = plan.next(result, settled, settings);
        plan = step.plan();
        return giveUp(step.giveUp()) || pause(step.pause());
    }

    private boolean giveUp(@Nullable GiveUp items) {
        if (items == null) {
            return false;
        }
        ConcludeAnswer answer = ledger.conclude(unit.unit(), items.items(), after, items.reason(), items.detail());
        after = answer.epoch();
        return answer.done();
    }

    private static boolean pause(Duration pause) {
        if (!pause.isZero()) {
            Workflow.sleep(pause);
        }
        return false;
    }

    /** The first surprise is a reset or a late execution; a row of them must not become a busy loop. */
    private void beginAgainAfter(long epoch) {
        after = epoch;
        plan = plan.afresh();
        if (surprises++ > 0) {
            Workflow.sleep(settings.backoff(surprises));
        }
    }

    private void continueAsNewIfDue() {
        if (CancellationScope.current().isCancelRequested()) {
            // Continuing as new would lose the request.
            throw new CanceledFailure("unit " + unit.unit() + " was cancelled");
        }
        if (Workflow.getInfo().isContinueAsNewSuggested()) {
            Workflow.newContinueAsNewStub(FileWorkflow.class).index(new FileRequest(unit, after, plan, settings));
        }
    }

    /** Detached: what must happen at the end happens also if the workflow is cancelled, now or meanwhile. */
    private FileResult finish(boolean cancelled) {
        CancellationScope detached = Workflow.newDetachedCancellationScope(() -> {
            if (cancelled) {
                concludeAsCancelled();
            }
            tellParent();
        });
        detached.run();
        return new FileResult(after, cancelled);
    }

    private void concludeAsCancelled() {
        ConcludeAnswer answer = ledger.conclude(unit.unit(), null, null, FailReason.CANCELLED, null);
        after = answer.epoch();
        if (!answer.done()) {
            throw ApplicationFailure.newNonRetryableFailure(
                    "unit " + unit.unit() + " still misses items after it was concluded: " + answer.missing(),
                    "UNIT_NOT_DONE");
        }
    }

    /** A parent that continues as new may be missing for a moment, so one NOT_FOUND is not believed. */
    private void tellParent() {
        Workflow.getInfo().getParentWorkflowId().ifPresent(parent -> {
            for (int tried = 1; tried <= SIGNAL_TRIES && !told(parent); tried++) {
                Workflow.sleep(settings.firstRetry());
            }
        });
    }

    private boolean told(String parent) {
        try {
            Workflow.newUntypedExternalWorkflowStub(parent).signal("unitDone", unit.unit());
            return true;
        } catch (TemporalFailure | SignalExternalWorkflowException gone) {
            // Its watchdog, or the next run, reads from the API that this unit is done.
            LOG.info("run {} could not be told that unit {} is done", parent, unit.unit());
            return false;
        }
    }

    private static String causeOf(ActivityFailure failure) {
        Throwable cause = failure.getCause();
        return cause instanceof ApplicationFailure application
                ? application.getType() + ": " + application.getOriginalMessage()
                : String.valueOf(cause);
    }
}
