package dev.quarry.proxy.store;

import org.jspecify.annotations.Nullable;

/** The bytes lie in an archive. Trying again helps only after somebody had them restored. */
public final class ArchivedException extends StoreException {
    private static final long serialVersionUID = 1;

    public ArchivedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
