package dev.quarry.activity;

import static dev.quarry.activity.ControlCalls.ask;

import dev.quarry.activity.control.Attempt;
import dev.quarry.activity.control.ControlApi;
import dev.quarry.activity.control.OpenAnswer;
import dev.quarry.activity.control.OpenAttempt;
import dev.quarry.activity.control.StopJob;
import dev.quarry.activity.job.JobBackend;
import dev.quarry.activity.job.JobHandle;
import dev.quarry.activity.job.JobId;
import dev.quarry.activity.job.JobRejectedException;
import dev.quarry.activity.job.JobSpec;
import dev.quarry.activity.job.JobWatcher;
import dev.quarry.activity.job.Ticket;
import dev.quarry.activity.job.WatchedJob;
import dev.quarry.workflow.JobEnd;
import dev.quarry.workflow.JobRequest;
import dev.quarry.workflow.JobResult;
import dev.quarry.workflow.JobResult.Answer;
import dev.quarry.workflow.JobRunner;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

final class JobRunnerImpl implements JobRunner {
    private static final Duration REFUSED_DELAY = Duration.ofSeconds(10);
    private static final Duration PENDING_DEADLINE = Duration.ofMinutes(30);
    private static final Duration SILENCE = Duration.ofMinutes(15);

    private final ControlApi api;
    private final JobBackend backend;
    private final JobWatcher watcher;
    private final StrayJobs strays;
    private final String jobApiAddress;
    private final boolean proofOfPossession;
    private final Map<String, String> agentSettings;
    private final @Nullable WebUi webUi;

    JobRunnerImpl(
            ControlApi api,
            JobBackend backend,
            JobWatcher watcher,
            StrayJobs strays,
            String jobApiAddress,
            boolean proofOfPossession,
            Map<String, String> agentSettings,
            @Nullable WebUi webUi) {
        this.api = api;
        this.backend = backend;
        this.watcher = watcher;
        this.strays = strays;
        this.jobApiAddress = jobApiAddress;
        this.proofOfPossession = proofOfPossession;
        this.agentSettings = agentSettings;
        this.webUi = webUi;
    }

    /** Returns null once the watcher has taken over: what a manually completed activity returns is not looked at. */
    @Override
    @SuppressWarnings("NullAway")
    public @Nullable JobResult runJob(JobRequest request) {
        boolean ticketPrivate = backend.capabilities().ticketPrivate();
        OpenAnswer open = ask(() -> api.open(
                request.unit(),
                new OpenAttempt(
                        request.requestId(),
                        request.after(),
                        request.selected(),
                        ticketPrivate,
                        request.memoryFactor(),
                        request.diskFactor())));
        strays.stop(open.stopList());
        return switch (open.answer()) {
            case OPEN -> run(attemptOf(open));
            case CLOSED -> closed(attemptOf(open));
            case REFUSED -> throw refused(open);
            case DONE -> answer(Answer.DONE, open);
            case RUN_CLOSED -> answer(Answer.RUN_CLOSED, open);
            case STALE -> answer(Answer.STALE, open);
            case EMPTY -> answer(Answer.EMPTY, open);
        };
    }

    private @Nullable JobResult run(Attempt attempt) {
        if (attempt.exhausted() != null) {
            return exhausted(attempt, attempt.exhausted());
        }
        JobHandle handle = attempt.handle() == null ? null : new JobHandle(attempt.handle());
        boolean submits = handle == null && attempt.state() == Attempt.State.PENDING;
        // An execution before this one may have submitted it, long ago.
        boolean first = Activity.getExecutionContext().getInfo().getAttempt() == 1;
        OptionalLong submitted = submits && first ? OptionalLong.of(System.nanoTime()) : OptionalLong.empty();
        if (submits) {
            try {
                handle = backend.submit(spec(attempt));
            } catch (JobRejectedException e) {
                JobEnd end = new JobEnd(JobEnd.State.NOT_PLACED, null, e.getMessage());
                return new JobResult(Answer.ENDED, attempt.epoch(), attempt.files(), end, true);
            }
            String saved = handle.value();
            if (!ask(() -> api.saveHandle(attempt.attempt(), saved))) {
                return closed(attempt, saved);
            }
        }
        watch(attempt, handle, submitted);
        return null;
    }

    /** From here on the watcher completes this activity; the thread is free. */
    private void watch(Attempt attempt, @Nullable JobHandle handle, OptionalLong submitted) {
        WatchedJob job = new WatchedJob(
                new JobId(attempt.jobId()),
                attempt.tenant(),
                attempt.attempt(),
                seconds(attempt.pendingDeadlineSeconds(), PENDING_DEADLINE),
                seconds(attempt.silenceSeconds(), SILENCE),
                Duration.ofSeconds(attempt.lane().maxRuntimeSeconds()));
        ActivityExecutionContext activity = Activity.getExecutionContext();
        AttemptWaiter waiter = new AttemptWaiter(
                activity.useLocalManualCompletion(),
                activity.getWorkflowClient().newActivityCompletionClient(),
                activity.getTaskToken(),
                attempt.epoch(),
                attempt.files());
        watcher.watch(job, handle, submitted, waiter);
    }

    /** The row says so for good, so no execution of this attempt has submitted a job. */
    private static JobResult exhausted(Attempt attempt, Attempt.Exhausted why) {
        JobEnd.State state = switch (why.resource()) {
            case MEMORY -> JobEnd.State.OUT_OF_MEMORY;
            case DISK -> JobEnd.State.DISK_FULL;
        };
        return new JobResult(
                Answer.ENDED, attempt.epoch(), attempt.files(), new JobEnd(state, null, why.detail()), true);
    }

    /** Everything in it comes from the attempt's row and the site's settings, so that two executions build the same job. */
    private JobSpec spec(Attempt attempt) {
        Attempt.Lane lane = attempt.lane();
        String ticket = Objects.requireNonNull(attempt.ticket(), "a pending attempt came without its ticket");
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("tenant", attempt.tenant());
        labels.put("store", attempt.store());
        labels.put("lane", lane.name());
        labels.put("workflow", attempt.workflowId());
        labels.put("files", Integer.toString(attempt.files()));
        if (webUi != null) {
            labels.put("workflow-url", webUi.workflow(attempt.workflowId()));
        }
        return new JobSpec(
                new JobId(attempt.jobId()),
                attempt.tenant(),
                lane.image(),
                List.of(),
                jobApiAddress,
                new Ticket(ticket),
                lane.cpuMhz(),
                lane.memoryMb(),
                lane.diskMb(),
                Duration.ofSeconds(lane.maxRuntimeSeconds()),
                lane.nodeClass(),
                labels,
                proofOfPossession,
                agentSettings);
    }

    private JobResult closed(Attempt attempt) {
        return closed(attempt, attempt.handle());
    }

    private JobResult closed(Attempt attempt, @Nullable String handle) {
        strays.stop(List.of(new StopJob(attempt.jobId(), attempt.tenant(), handle)));
        return new JobResult(Answer.CLOSED, attempt.epoch(), attempt.files(), null, false);
    }

    private static JobResult answer(Answer answer, OpenAnswer open) {
        return new JobResult(answer, open.epoch(), 0, null, false);
    }

    private static Attempt attemptOf(OpenAnswer open) {
        return Objects.requireNonNull(open.attempt(), "open answered " + open.answer() + " without an attempt");
    }

    /** Not an error: the tenant has no room, or is paused. */
    private static ApplicationFailure refused(OpenAnswer open) {
        Duration delay = open.retryAfterMillis() == null ? REFUSED_DELAY : Duration.ofMillis(open.retryAfterMillis());
        return ApplicationFailure.newBuilder()
                .setMessage("the gate refused: " + open.reason())
                .setType("REFUSED")
                .setCategory(ApplicationErrorCategory.BENIGN)
                .setNextRetryDelay(delay)
                .build();
    }

    private static Duration seconds(@Nullable Integer seconds, Duration otherwise) {
        return seconds == null ? otherwise : Duration.ofSeconds(seconds);
    }
}
