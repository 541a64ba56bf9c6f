package dev.quarry.proxy.attempt;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A row of job_attempt; the digest of the nonce is all that is kept of it. */
record AttemptRow(
        UUID id,
        UUID run,
        UUID unit,
        int epoch,
        UUID requestId,
        AttemptState state,
        String jobId,
        @Nullable String handle,
        byte @Nullable [] nonceSha256,
        int ticketKeyVersion,
        Instant ticketExpires,
        boolean ticketPrivate,
        int tokenSerial,
        Instant hardDeadline) {

    @Override
    public String toString() {
        return "AttemptRow[" + id + ", epoch=" + epoch + ", " + state + "]";
    }
}
