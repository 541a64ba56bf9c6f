package dev.quarry.proxy.attempt;

import dev.quarry.proxy.lane.JobSize;
import dev.quarry.proxy.lane.JobSizes;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of job_attempt; the digest of the nonce is all that is kept of it.
 *
 * @param proofKey thumbprint of the key that the attempt's tokens are bound to (RFC 9449)
 */
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
        @Nullable String proofKey,
        int ticketKeyVersion,
        Instant ticketExpires,
        boolean ticketPrivate,
        int tokenSerial,
        Instant hardDeadline,
        @Nullable AskedFor askedFor) {

    /**
     * What the attempt's job asks for; null for an epoch that nobody worked in.
     *
     * @param exhausted there is to be no job: all that the largest node has was not enough before
     */
    record AskedFor(
            String image,
            @Nullable String nodeClass,
            JobSize size,
            int maxRuntimeSeconds,
            JobSizes.@Nullable Exhausted exhausted,
            @Nullable String exhaustedDetail) {}

    @Override
    public String toString() {
        return "AttemptRow[" + id + ", epoch=" + epoch + ", " + state + "]";
    }
}
