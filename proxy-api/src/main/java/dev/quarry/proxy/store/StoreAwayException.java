package dev.quarry.proxy.store;

import org.jspecify.annotations.Nullable;

/** The store does not answer, or answers with an error of its own. Try again later. */
public sealed class StoreAwayException extends StoreException permits StoreBusyException, StoreHangsException {
    private static final long serialVersionUID = 1;

    public StoreAwayException(String message) {
        super(message);
    }

    public StoreAwayException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
