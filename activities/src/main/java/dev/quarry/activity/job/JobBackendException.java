package dev.quarry.activity.job;

import org.jspecify.annotations.Nullable;

/** The cluster could not be asked, or gave no sensible answer. The same call may succeed later. */
public class JobBackendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JobBackendException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
