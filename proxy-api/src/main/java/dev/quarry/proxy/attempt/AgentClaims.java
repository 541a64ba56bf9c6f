package dev.quarry.proxy.attempt;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.SiteAccess;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Claim and renew: how an agent comes to its token and keeps it (protocol.md, section 2). */
@Component
class AgentClaims {
    private final TenantTransactions transactions;
    private final TenantLookup tenants;
    private final AttemptRows rows;
    private final UnitRows units;
    private final AttemptClosing closing;
    private final AttemptAccess access;
    private final Tickets tickets;
    private final JdbcClient jdbc;

    AgentClaims(
            TenantTransactions transactions,
            TenantLookup tenants,
            AttemptRows rows,
            UnitRows units,
            AttemptClosing closing,
            AttemptAccess access,
            Tickets tickets,
            JdbcClient jdbc) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.rows = rows;
        this.units = units;
        this.closing = closing;
        this.access = access;
        this.tickets = tickets;
        this.jdbc = jdbc;
    }

    /** A claimed attempt. */
    record Claimed(TenantId tenant, AttemptRow attempt, String lane, AttemptRows.Size size) {}

    /** An attempt whose agent is alive. */
    record Renewed(TenantId tenant, AttemptRow attempt) {}

    /** Who claims: an agent by its nonce and, if its tokens shall be bound to it, its key. Neither is printed. */
    record Claimant(String nonce, @Nullable String proofKey) {
        @Override
        public String toString() {
            return "Claimant";
        }
    }

    /** Same nonce and key, same answer; another one cancels a running attempt; a late claim changes nothing. */
    Claimed claim(String ticket, Claimant claimant) {
        UUID attempt = Tickets.attemptOf(ticket).orElseThrow(AgentClaims::badTicket);
        TenantId tenant = tenants.ofAttempt(SiteAccess.ALL, attempt).orElseThrow(AgentClaims::badTicket);
        @Nullable Claimed claimed = transactions.in(tenant, () -> claimLocked(tenant, ticket, attempt, claimant));
        if (claimed == null) {
            throw Problem.conflict(
                    "claimed_twice",
                    "another agent claimed this ticket; the attempt is cancelled and an alarm is raised");
        }
        return claimed;
    }

    /** Whether a ticket is one that we made, be it used or not. Locks nothing. */
    boolean isGenuine(String ticket) {
        return Tickets.attemptOf(ticket)
                .flatMap(attempt -> tenants.ofAttempt(SiteAccess.ALL, attempt)
                        .flatMap(tenant -> transactions.in(tenant, () -> rows.read(attempt))))
                .filter(attempt -> tickets.verify(ticket, attempt))
                .isPresent();
    }

    /** Null: claimed twice. The cancellation must commit, so it is told by a value and not by an exception. */
    private @Nullable Claimed claimLocked(TenantId tenant, String ticket, UUID id, Claimant claimant) {
        // Before any lock: whoever guesses ids must not hold units up. What a ticket is made of never changes.
        AttemptRow asked =
                rows.read(id).filter(row -> tickets.verify(ticket, row)).orElseThrow(AgentClaims::badTicket);
        UnitRow unit = units.lock(asked.unit()).orElseThrow(AgentClaims::badTicket);
        AttemptRow attempt = rows.lock(id).orElseThrow(AgentClaims::badTicket);
        Instant now = Instant.now();
        return switch (attempt.state()) {
            case PENDING -> {
                if (now.isAfter(attempt.ticketExpires()) || now.isAfter(attempt.hardDeadline())) {
                    throw AttemptAccess.closed();
                }
                rows.running(id, sha256(claimant.nonce()), claimant.proofKey());
                yield claimed(tenant, unit, id);
            }
            case RUNNING -> {
                if (isSame(claimant, attempt)) {
                    if (now.isAfter(attempt.hardDeadline())) {
                        throw AttemptAccess.closed();
                    }
                    yield claimed(tenant, unit, id);
                }
                closing.closeClaimedTwice(attempt);
                units.recount(unit.id());
                yield null;
            }
            case SETTLED, CANCELLED -> throw AttemptAccess.closed();
        };
    }

    private static boolean isSame(Claimant claimant, AttemptRow attempt) {
        return MessageDigest.isEqual(sha256(claimant.nonce()), attempt.nonceSha256())
                && Objects.equals(claimant.proofKey(), attempt.proofKey());
    }

    private Claimed claimed(TenantId tenant, UnitRow unit, UUID attempt) {
        return new Claimed(tenant, rows.read(attempt).orElseThrow(), unit.lane(), rows.size(attempt));
    }

    /** An agent's heartbeat: progress and peaks, null where it does not know. */
    record Progress(
            @Nullable Integer itemsDone,
            @Nullable Integer peakMemoryMb,
            @Nullable Integer peakDiskMb,
            @Nullable Double cpuSeconds) {}

    /** The attempt with the serial of the next token. Asked with the serial before the row's, the reply was lost: the row's serial again. */
    Renewed renew(AttemptTokens.Claims claims, Progress progress) {
        return transactions.in(claims.tenant(), () -> {
            AttemptRow row =
                    rows.lock(claims.attempt()).orElseThrow(() -> Problem.notFound("attempt", claims.attempt()));
            access.alive(claims, row);
            boolean lostReply = claims.serial() == row.tokenSerial() - 1;
            if (claims.serial() != row.tokenSerial() && !lostReply) {
                throw AttemptAccess.unauthorized();
            }
            heard(row.id(), lostReply ? 0 : 1, progress);
            return new Renewed(claims.tenant(), rows.read(row.id()).orElseThrow());
        });
    }

    private void heard(UUID attempt, int serialStep, Progress progress) {
        jdbc.sql("""
                        update quarry.job_attempt set heard_at = now(), token_serial = token_serial + :step,
                               peak_memory_mb = greatest(peak_memory_mb, :memory), peak_disk_mb = greatest(peak_disk_mb, :disk),
                               cpu_seconds = greatest(cpu_seconds, :cpu)
                        where tenant = quarry.tenant() and id = :id""")
                .param("step", serialStep)
                .param("memory", progress.peakMemoryMb(), java.sql.Types.INTEGER)
                .param("disk", progress.peakDiskMb(), java.sql.Types.INTEGER)
                .param("cpu", progress.cpuSeconds(), java.sql.Types.DOUBLE)
                .param("id", attempt)
                .update();
    }

    private static Problem badTicket() {
        return new Problem(HttpStatus.UNAUTHORIZED, "bad_ticket", "this is no ticket of ours");
    }

    private static byte[] sha256(String nonce) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(nonce.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }
}
