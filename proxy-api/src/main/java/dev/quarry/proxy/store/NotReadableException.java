package dev.quarry.proxy.store;

/** The store refuses: permissions. Trying again helps only after somebody changed them. */
public final class NotReadableException extends StoreException {
    private static final long serialVersionUID = 1;

    public NotReadableException(String message) {
        super(message);
    }

    public NotReadableException(String message, Throwable cause) {
        super(message, cause);
    }
}
