package dev.quarry.activity.job;

import dev.quarry.activity.control.AttemptState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The deadlines that backends do not know, by the API's clock: this worker may have begun to watch a job long after it began to run. */
final class Deadlines {
    private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);
    private static final int ATTEMPTS_A_CALL = 1000;

    private final AttemptReader attempts;
    private final Duration overtimeGrace;
    private final BiConsumer<Watch, Watch.StopCause> passed;

    /** @param passed told of every job past a deadline, each time */
    Deadlines(AttemptReader attempts, Duration overtimeGrace, BiConsumer<Watch, Watch.StopCause> passed) {
        this.attempts = attempts;
        this.overtimeGrace = overtimeGrace;
        this.passed = passed;
    }

    /** What the API knows of the attempts of these; less, or nothing, if it cannot be asked now. */
    List<AttemptState> read(Collection<Watch> watches) {
        List<String> open = watches.stream().map(watch -> watch.job.attempt()).toList();
        List<AttemptState> states = new ArrayList<>();
        try {
            Pieces.of(open, ATTEMPTS_A_CALL).forEach(some -> states.addAll(attempts.read(some)));
        } catch (RuntimeException e) {
            LOG.warn("cannot read {} attempts for their deadlines: {}; trying again", open.size(), e.toString());
        }
        return states;
    }

    void enforce(List<AttemptState> states, Map<String, Watch> watches) {
        for (AttemptState state : states) {
            Watch watch = watches.get(state.attempt());
            if (watch != null && watch.isAwaited()) {
                enforce(watch, state);
            }
        }
    }

    private void enforce(Watch watch, AttemptState state) {
        Watch.StopCause before = watch.cause();
        Watch.StopCause cause = before == null ? cause(watch, state) : before;
        if (cause != null) {
            passed.accept(watch, cause);
        }
    }

    private Watch.@Nullable StopCause cause(Watch watch, AttemptState state) {
        return switch (state.state()) {
            case PENDING ->
                state.silentMillis() < watch.job.pendingDeadline().toMillis() ? null : Watch.StopCause.NOT_PLACED;
            case RUNNING -> {
                if (state.silentMillis() >= watch.job.silence().toMillis()) {
                    yield Watch.StopCause.SILENT;
                }
                yield isOvertime(watch, state) ? Watch.StopCause.OVERTIME : null;
            }
            case SETTLED, CANCELLED -> Watch.StopCause.CLOSED;
        };
    }

    private boolean isOvertime(Watch watch, AttemptState state) {
        Duration atMost = watch.job.maxRuntime().plus(overtimeGrace);
        return state.claimedMillis() != null && state.claimedMillis() >= atMost.toMillis();
    }
}
