package dev.quarry.proxy.store;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A store's refusal, by what the caller can do about it. Messages name the key, cleaned. */
public abstract sealed class StoreException extends IOException
        permits ArchivedException,
                ChangedInStoreException,
                GoneFromStoreException,
                NotReadableException,
                StoreAwayException {
    private static final long serialVersionUID = 1;

    StoreException(String message) {
        super(message);
    }

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
