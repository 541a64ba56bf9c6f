package dev.quarry.activity.job;

import dev.quarry.activity.control.AttemptState;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The deadlines that backends do not know, by the API's clock: this worker may have begun to watch a job long after it began to run. */
final class Deadlines {
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

    void enforce(Map<String, Watch> watches) {
        Map<String, Watch> open = new LinkedHashMap<>(watches);
        for (List<String> some : Pieces.of(List.copyOf(open.keySet()), ATTEMPTS_A_CALL)) {
            for (AttemptState state : attempts.read(some)) {
                Watch watch = open.get(state.attempt());
                if (watch != null && !watch.over) {
                    enforce(watch, state);
                }
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
