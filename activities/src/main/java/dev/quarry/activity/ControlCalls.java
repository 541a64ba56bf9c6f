package dev.quarry.activity;

import dev.quarry.activity.control.ControlApiException;
import io.temporal.failure.ApplicationFailure;
import java.util.function.Supplier;

/** Calls the control API from an activity: what may pass is retried by Temporal, what is refused fails for good. */
final class ControlCalls {
    static <T> T ask(Supplier<T> call) {
        try {
            return call.get();
        } catch (ControlApiException e) {
            String message = String.valueOf(e.getMessage());
            throw e.mayPass()
                    ? ApplicationFailure.newFailureWithCause(message, e.code(), e)
                    : ApplicationFailure.newNonRetryableFailureWithCause(message, e.code(), e);
        }
    }

    private ControlCalls() {}
}
