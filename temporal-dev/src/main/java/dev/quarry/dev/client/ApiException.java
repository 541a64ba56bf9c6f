package dev.quarry.dev.client;

import java.io.IOException;

/** The API refused a call; the message holds its own words. */
public final class ApiException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    ApiException(String call, int status, String body) {
        super(call + " answered " + status + ": " + body);
        this.status = status;
    }

    public int status() {
        return status;
    }
}
