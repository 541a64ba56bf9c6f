package dev.quarry.proxy.account;

import org.springframework.security.core.AuthenticationException;

/** Nothing was tried: too many attempts from this address or on this account. */
public final class TooManyAttemptsException extends AuthenticationException {
    private static final long serialVersionUID = 1;

    private final long retryAfterSeconds;

    TooManyAttemptsException(long retryAfterSeconds) {
        super("too many attempts");
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
