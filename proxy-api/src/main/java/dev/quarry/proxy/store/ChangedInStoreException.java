package dev.quarry.proxy.store;

import org.jspecify.annotations.Nullable;

/** The file is not the version that was listed any more. Trying again does not help before it is listed again. */
public final class ChangedInStoreException extends StoreException {
    private static final long serialVersionUID = 1;

    public ChangedInStoreException(String message) {
        super(message);
    }

    public ChangedInStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
