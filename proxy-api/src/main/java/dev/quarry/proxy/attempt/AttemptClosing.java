package dev.quarry.proxy.attempt;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The one way to close an attempt, and to conclude items without one. The caller holds the unit's lock. */
@Component
class AttemptClosing {
    private final AttemptRows rows;
    private final UnitRows units;
    private final Promotion promotion;
    private final JdbcClient jdbc;

    AttemptClosing(AttemptRows rows, UnitRows units, Promotion promotion, JdbcClient jdbc) {
        this.rows = rows;
        this.units = units;
        this.promotion = promotion;
        this.jdbc = jdbc;
    }

    /** Closes an open attempt; its results begin to count if the run is live and nobody but the job's own agent can have written them. */
    void close(AttemptRow attempt, RunRow run, AttemptState to, boolean provenByItsEnd) {
        boolean counts = run.live() && (attempt.ticketPrivate() || provenByItsEnd);
        rows.closed(attempt.id(), to, counts);
        if (counts) {
            promotion.promote(attempt.id(), attempt.unit(), run);
        } else {
            promotion.discard(attempt.id());
        }
    }

    /** Two agents hold the ticket: whatever was recorded may be a thief's, so nothing of it counts, even if the ticket was private. */
    void closeClaimedTwice(AttemptRow attempt) {
        rows.closed(attempt.id(), AttemptState.CANCELLED, false);
        rows.claimedTwice(attempt.id());
        promotion.discard(attempt.id());
    }

    /** Gives the missing items among these the outcome FAILED(reason), in the unit, in the ledger and in the index. */
    void fail(UnitRow unit, RunRow run, List<Integer> items, FailReason reason, String detail) {
        if (units.fail(unit.id(), items, reason) == 0) {
            return;
        }
        failFiles(unit.id(), run, items, reason, detail);
        withdraw(unit.id(), items);
    }

    private void failFiles(UUID unit, RunRow run, List<Integer> items, FailReason reason, String detail) {
        jdbc.sql("""
                        update quarry.file f set outcome = 'FAILED', reason = :reason, partial = '{}', detail = :detail, generation = :generation, unit = null,
                               pending_seq = null, concluded_version = u.version, concluded_extractors = :extractors,
                               first_concluded = coalesce(f.first_concluded, :generation)
                        from quarry.unit_item u
                        where u.tenant = quarry.tenant() and u.unit = :unit and u.n = any (:items) and f.tenant = quarry.tenant() and f.id = u.file
                          and f.unit = :unit and f.outcome = 'PENDING'""")
                .param("reason", reason.name())
                .param("detail", detail)
                .param("generation", run.generation())
                .param("extractors", run.extractorSet())
                .param("unit", unit)
                .param("items", AttemptRows.numbers(items))
                .update();
    }

    private void withdraw(UUID unit, List<Integer> items) {
        jdbc.sql("""
                        delete from quarry.search_document d using quarry.unit_item u
                        where u.tenant = quarry.tenant() and u.unit = :unit and u.n = any (:items) and u.outcome = 'FAILED'
                          and d.tenant = quarry.tenant() and d.file = u.file""")
                .param("unit", unit)
                .param("items", AttemptRows.numbers(items))
                .update();
    }
}
