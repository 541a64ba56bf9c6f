package dev.quarry.container.job;

/** The API understood the call and said no; asking again will not change that. */
public final class RefusedException extends Exception {
    private final int status;
    private final String code;

    public RefusedException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    public int status() {
        return status;
    }

    /** The problem's stable word, empty if there was none. */
    public String code() {
        return code;
    }
}
