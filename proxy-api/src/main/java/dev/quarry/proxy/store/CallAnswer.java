package dev.quarry.proxy.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How a call ended: with a result or a failure. */
record CallAnswer<T>(@Nullable T result, @Nullable Throwable failure) {
    @SuppressWarnings("NullAway") // without a failure there is a result
    T get() throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof RuntimeException bug) {
            throw bug;
        }
        if (failure != null) {
            throw new IllegalStateException("a file-system call failed", failure);
        }
        return result;
    }
}
