package dev.quarry.proxy.store;

/** A part of the store does not answer at all. Others may. */
public final class StoreHangsException extends StoreAwayException {
    private static final long serialVersionUID = 1;

    private final transient KeyBytes place;

    /** @param place the folder that hangs */
    StoreHangsException(String message, KeyBytes place) {
        super(message);
        this.place = place;
    }

    boolean isBelow(KeyBytes folder) {
        return !place.equals(folder) && place.startsWith(folder.prefix());
    }
}
