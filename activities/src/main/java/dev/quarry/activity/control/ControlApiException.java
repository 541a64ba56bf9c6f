package dev.quarry.activity.control;

/** The control API could not be reached or refused a call. The message names the call and the refusal, never a secret. */
public class ControlApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** 0: no answer came. */
    private final int status;

    private final String code;

    ControlApiException(String message, int status, String code) {
        super(message);
        this.status = status;
        this.code = code;
    }

    ControlApiException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
        this.code = "no_answer";
    }

    public int status() {
        return status;
    }

    /** The problem's stable code, e.g. {@code attempt_closed}. */
    public String code() {
        return code;
    }

    /** The same call may succeed later: no answer, the server's fault, or too many calls. Else it never will. */
    public boolean mayPass() {
        return status == 0 || status >= 500 || status == 429 || status == 408 || status == 401;
    }
}
