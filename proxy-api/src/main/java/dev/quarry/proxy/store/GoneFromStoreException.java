package dev.quarry.proxy.store;

import org.jspecify.annotations.Nullable;

/** It is not there any more. */
public final class GoneFromStoreException extends StoreException {
    private static final long serialVersionUID = 1;

    public GoneFromStoreException(String message) {
        super(message);
    }

    public GoneFromStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
