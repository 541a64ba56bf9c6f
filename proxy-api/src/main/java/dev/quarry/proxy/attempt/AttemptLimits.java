package dev.quarry.proxy.attempt;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of attempts and their tokens (design.md, section 13).
 *
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
                    "quarry.attempt: proof-scheme is '" + proofScheme + "'; set http or https, or leave it out");
        }
        if (downloads < 1) {
            throw new IllegalArgumentException(
                    "quarry.attempt: downloads is " + downloads + "; set how many may be under way, such as 64");
        }
        positive("proof-window", proofWindow);
        positive("pending-deadline", pendingDeadline);
        positive("silence", silence);
        positive("patience", patience);
        positive("hard-deadline", hardDeadline);
        if (pendingDeadline.compareTo(ticketLife) > 0) {
            throw new IllegalArgumentException("quarry.attempt: pending-deadline " + pendingDeadline
                    + " is longer than ticket-life " + ticketLife
                    + ": a job that is placed after that could not claim its work; raise ticket-life");
        }
    }

    private static void positive(String setting, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(
                    "quarry.attempt: " + setting + " is " + value + "; set a time, such as 15m");
        }
    }
}
