package dev.quarry.workflow;

import io.temporal.workflow.Promise;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A call of which at most one is under way: from its beginning until its answer is collected. */
final class OneCall<T> {
    private @Nullable Promise<T> call;

    void begin(Promise<T> begun) {
        call = begun;
    }

    boolean isUnderWay() {
        return call != null;
    }

    boolean isAnswered() {
        return call != null && call.isCompleted();
    }

    boolean isAwaited() {
        return call != null && !call.isCompleted();
    }

    /** Hands over the answer if it is there; throws what the call failed with. */
    void collect(Consumer<T> reader) {
        if (call != null && call.isCompleted()) {
            T answer = call.get();
            call = null;
            reader.accept(answer);
        }
    }
}
