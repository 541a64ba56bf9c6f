package dev.quarry.proxy.attempt;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The one way to close an attempt, and to conclude items without one. The caller holds the unit's lock. */
@Component
class AttemptClosing {
    private final AttemptRows rows;
    private final ClaimAlarms alarms;
    private final Promotion promotion;
    private final JdbcClient jdbc;

    AttemptClosing(AttemptRows rows, ClaimAlarms alarms, Promotion promotion, JdbcClient jdbc) {
        this.rows = rows;
        this.alarms = alarms;
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
        alarms.claimedTwice(attempt.id());
        promotion.discard(attempt.id());
    }

    /**
     * Gives the missing items among these the outcome FAILED(reason), in the unit, in the ledger and in the index; in the last two only for files that are
     * still this unit's. Of what was cancelled nothing was concluded: the next run finds it as new or as changed as this one did.
     */
    void fail(UnitRow unit, RunRow run, List<Integer> items, FailReason reason, String detail) {
        jdbc.sql("""
                        with item as (
                          update quarry.unit_item set outcome = 'FAILED', reason = :reason, concluded_at = now()
                          where tenant = quarry.tenant() and unit = :unit and outcome is null and n = any (:items) returning file, version),
                        failed as (
                          update quarry.file f set outcome = 'FAILED', reason = :reason, partial = '{}', detail = nullif(:detail, ''), generation = :generation, unit = null,
                                 pending_seq = null,
                                 concluded_version = case when :reason = 'CANCELLED' then f.concluded_version else item.version end,
                                 concluded_extractors = case when :reason = 'CANCELLED' then f.concluded_extractors else :extractors end,
                                 first_concluded = case when :reason = 'CANCELLED' then f.first_concluded else coalesce(f.first_concluded, :generation) end
                          from item where f.tenant = quarry.tenant() and f.id = item.file and f.unit = :unit and f.outcome = 'PENDING' returning f.id)
                        delete from quarry.search_document where tenant = quarry.tenant() and file in (select id from failed)""")
                .param("reason", reason.name())
                .param("detail", detail)
                .param("generation", run.generation())
                .param("extractors", run.extractorSet())
                .param("unit", unit.id())
                .param("items", AttemptRows.numbers(items))
                .update();
    }
}
