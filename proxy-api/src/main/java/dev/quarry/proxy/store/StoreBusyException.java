package dev.quarry.proxy.store;

/** The store asks for fewer calls. Those that come with fewer others at once will be answered. */
public final class StoreBusyException extends StoreAwayException {
    private static final long serialVersionUID = 1;

    public StoreBusyException(String message, Throwable cause) {
        super(message, cause);
    }
}
