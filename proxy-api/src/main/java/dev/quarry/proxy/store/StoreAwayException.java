package dev.quarry.proxy.store;

/** The store does not answer, or answers with an error of its own. Try again later. */
public sealed class StoreAwayException extends StoreException permits StoreBusyException {
    private static final long serialVersionUID = 1;

    public StoreAwayException(String message) {
        super(message);
    }

    public StoreAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
