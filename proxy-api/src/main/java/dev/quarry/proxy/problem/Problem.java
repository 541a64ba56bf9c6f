package dev.quarry.proxy.problem;

import org.springframework.http.HttpStatus;

/** A refusal that the caller can act on. {@code code} is stable; {@code detail} says what was wrong, with which value, and what to do. */
public class Problem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final HttpStatus status;
    private final String code;
    private final long retryAfterSeconds;

    public Problem(HttpStatus status, String code, String detail) {
        this(status, code, detail, 0);
    }

    /** @param retryAfterSeconds when the same call may do better; 0: it says nothing about that */
    public Problem(HttpStatus status, String code, String detail, long retryAfterSeconds) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public static Problem notFound(String what, Object which) {
        return new Problem(HttpStatus.NOT_FOUND, "unknown_" + what, "there is no " + what + " '" + which + "' here");
    }

    public static Problem invalid(String code, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, code, detail);
    }

    public static Problem conflict(String code, String detail) {
        return new Problem(HttpStatus.CONFLICT, code, detail);
    }

    public static Problem gone(String code, String detail) {
        return new Problem(HttpStatus.GONE, code, detail);
    }

    public HttpStatus status() {
        return status;
    }

    public String code() {
        return code;
    }

    public long retryAfterSeconds() {
        return retryAfterSeconds;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
