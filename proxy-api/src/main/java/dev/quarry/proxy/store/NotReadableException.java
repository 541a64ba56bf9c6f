package dev.quarry.proxy.store;

import org.jspecify.annotations.Nullable;

/** The store refuses: permissions. Trying again helps only after somebody changed them. */
public final class NotReadableException extends StoreException {
    private static final long serialVersionUID = 1;

    public NotReadableException(String message) {
        super(message);
    }

    public NotReadableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
