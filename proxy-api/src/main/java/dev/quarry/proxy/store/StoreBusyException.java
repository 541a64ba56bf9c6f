package dev.quarry.proxy.store;

import org.jspecify.annotations.Nullable;

/** The store asks for fewer calls. Those that come with fewer others at once will be answered. */
public final class StoreBusyException extends StoreAwayException {
    private static final long serialVersionUID = 1;

    public StoreBusyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
