package dev.quarry.proxy.attempt;

import dev.quarry.proxy.AtLeast;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of attempts and their tokens (design.md, section 13).
 *
 * @param renewIn what an agent waits before it renews its token, which is also how it says that it lives; so shorter than {@code tokenLife} and {@code silence}
 * @param silence of an agent after which its job is stopped
 * @param downloads under way in this process at once; the job listener has threads for other calls besides
 * @param patience time that an agent may let a download wait after which it must have taken {@code slowest} bytes for each second of it, or loses the download
 * @param requireProof a ticket is claimed with a proof of possession only (RFC 9449), which binds the attempt's tokens to the agent's key
 * @param proofWindow how far a proof's time may be from ours
 * @param proofScheme https where TLS ends before the job listener: proofs name the URL as the agent sees it
 */
public record AttemptLimits(
        @DefaultValue("10m") Duration tokenLife,
        @DefaultValue("5m") Duration renewIn,
        @DefaultValue("30m") Duration ticketLife,
        @DefaultValue("24h") Duration hardDeadline,
        @DefaultValue("30m") Duration pendingDeadline,
        @DefaultValue("15m") Duration silence,
        @DefaultValue("10s") Duration recheckDownload,
        @DefaultValue("64") int downloads,
        @DefaultValue("60s") Duration patience,
        @DefaultValue("4096") int slowest,
        @DefaultValue("5s") Duration retryRefused,
        @DefaultValue("false") boolean requireProof,
        @DefaultValue("60s") Duration proofWindow,
        @Nullable String proofScheme) {
    public AttemptLimits {
        if (proofScheme != null && !Set.of("http", "https").contains(proofScheme)) {
            throw new IllegalArgumentException(
                    "QUARRY_ATTEMPT_PROOFSCHEME is '" + proofScheme + "'; set http or https, or leave it out");
        }
        AtLeast.check("QUARRY_ATTEMPT_DOWNLOADS", downloads, 1);
        AtLeast.check("QUARRY_ATTEMPT_SLOWEST", slowest, 0);
        // Told to others in whole seconds.
        AtLeast.check("QUARRY_ATTEMPT_RENEWIN", renewIn, AtLeast.SECOND);
        AtLeast.check("QUARRY_ATTEMPT_PENDINGDEADLINE", pendingDeadline, AtLeast.SECOND);
        AtLeast.check("QUARRY_ATTEMPT_HARDDEADLINE", hardDeadline, AtLeast.SECOND);
        AtLeast.check("QUARRY_ATTEMPT_PROOFWINDOW", proofWindow, AtLeast.SECOND);
        AtLeast.check("QUARRY_ATTEMPT_RECHECKDOWNLOAD", recheckDownload, AtLeast.MILLISECOND);
        AtLeast.check("QUARRY_ATTEMPT_PATIENCE", patience, AtLeast.MILLISECOND);
        AtLeast.check("QUARRY_ATTEMPT_RETRYREFUSED", retryRefused, AtLeast.MILLISECOND);
        longer("QUARRY_ATTEMPT_TOKENLIFE", tokenLife, renewIn, "tokens would end before agents renew them");
        longer("QUARRY_ATTEMPT_SILENCE", silence, renewIn, "jobs that are well would be stopped before they renew");
        if (pendingDeadline.compareTo(ticketLife) > 0) {
            throw new IllegalArgumentException("QUARRY_ATTEMPT_PENDINGDEADLINE is " + pendingDeadline
                    + ", longer than QUARRY_ATTEMPT_TICKETLIFE, " + ticketLife
                    + ": a job that is placed after that could not claim its work; raise QUARRY_ATTEMPT_TICKETLIFE");
        }
    }

    private static void longer(String variable, Duration value, Duration renewIn, String otherwise) {
        if (value.compareTo(renewIn) <= 0) {
            throw new IllegalArgumentException(variable + " is " + value + ", not longer than QUARRY_ATTEMPT_RENEWIN, "
                    + renewIn + ": " + otherwise + "; raise it, or lower QUARRY_ATTEMPT_RENEWIN");
        }
    }
}
