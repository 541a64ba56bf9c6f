package dev.quarry.proxy.attempt;

import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Makes what an attempt recorded count, or discards it (protocol.md, section 1, "Counting"). Set-based: an attempt may have hundreds of items.
 * The caller holds the unit's lock and has closed the attempt.
 */
@Component
class Promotion {
    private static final int UNREADABLE_TRIES = 3;

    private final JdbcClient jdbc;

    Promotion(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void promote(UUID attempt, UUID unit, RunRow run) {
        putBackForTheStoresSake(attempt, unit);
        discardOfItemsWithoutResults(attempt);
        replaceEarlierExtractions(attempt);
        count(attempt);
        concludeItems(attempt, unit);
        concludeFiles(attempt, run);
        publish(attempt);
        withdrawFailed(attempt);
    }

    void discard(UUID attempt) {
        jdbc.sql("""
                        delete from quarry.segment s using quarry.extraction e
                        where s.tenant = quarry.tenant() and e.tenant = quarry.tenant() and s.extraction = e.id and e.attempt = ?""").param(attempt).update();
        jdbc.sql("delete from quarry.artifact where tenant = quarry.tenant() and attempt = ?")
                .param(attempt)
                .update();
        jdbc.sql("delete from quarry.extraction where tenant = quarry.tenant() and attempt = ?")
                .param(attempt)
                .update();
    }

    /**
     * What the store is at fault for is tried again before it counts (design.md, section 7): such an item is as one that was never started, except that it
     * keeps what was reported.
     */
    private void putBackForTheStoresSake(UUID attempt, UUID unit) {
        jdbc.sql("""
                        with back as (
                          update quarry.unit_item u set unread = u.unread + case when a.reason = 'NOT_READABLE' then 1 else 0 end,
                                 changed = u.changed or a.reason = 'CHANGED_WHILE_READING'
                          from quarry.attempt_item a
                          where a.tenant = quarry.tenant() and a.attempt = :attempt and a.done_at is not null and a.outcome = 'FAILED'
                            and u.tenant = quarry.tenant() and u.unit = :unit and u.n = a.n and u.outcome is null
                            and ((a.reason = 'NOT_READABLE' and u.unread < :again) or (a.reason = 'CHANGED_WHILE_READING' and not u.pinned_again))
                          returning u.n)
                        update quarry.attempt_item set started_at = null, done_at = null
                        where tenant = quarry.tenant() and attempt = :attempt and n in (select n from back)""")
                .param("attempt", attempt)
                .param("unit", unit)
                .param("again", UNREADABLE_TRIES - 1)
                .update();
    }

    private void discardOfItemsWithoutResults(UUID attempt) {
        String without =
                "n in (select n from quarry.attempt_item where tenant = quarry.tenant() and attempt = :attempt and (done_at is null or outcome = 'FILTERED'))";
        jdbc.sql(
                        "delete from quarry.segment s using quarry.extraction e where s.tenant = quarry.tenant() and e.tenant = quarry.tenant()"
                                + " and s.extraction = e.id and e.attempt = :attempt and e." + without)
                .param("attempt", attempt)
                .update();
        jdbc.sql(
                        "delete from quarry.artifact where tenant = quarry.tenant() and attempt = :attempt and (extraction is null or "
                                + without + ")")
                .param("attempt", attempt)
                .update();
        jdbc.sql("delete from quarry.extraction where tenant = quarry.tenant() and attempt = :attempt and " + without)
                .param("attempt", attempt)
                .update();
    }

    /** What earlier runs extracted of these files gives way; of this unit nothing can, because an item is done once. */
    private void replaceEarlierExtractions(UUID attempt) {
        String earlier = """
                from quarry.attempt_item a, quarry.extraction e
                where a.tenant = quarry.tenant() and a.attempt = :attempt and a.done_at is not null
                  and e.tenant = quarry.tenant() and e.file = a.file and e.counts
                  and e.attempt not in (select id from quarry.job_attempt where tenant = quarry.tenant()
                                        and unit = (select unit from quarry.job_attempt where tenant = quarry.tenant() and id = :attempt))""";
        for (String table : List.of("segment", "artifact")) {
            jdbc.sql("delete from quarry." + table
                            + " x where x.tenant = quarry.tenant() and x.extraction in (select e.id " + earlier + ")")
                    .param("attempt", attempt)
                    .update();
        }
        jdbc.sql("delete from quarry.extraction x where x.tenant = quarry.tenant() and x.id in (select e.id " + earlier
                        + ")")
                .param("attempt", attempt)
                .update();
    }

    private void count(UUID attempt) {
        jdbc.sql("update quarry.extraction set counts = true where tenant = quarry.tenant() and attempt = ?")
                .param(attempt)
                .update();
    }

    private void concludeItems(UUID attempt, UUID unit) {
        jdbc.sql("""
                        update quarry.unit_item u set outcome = a.outcome, reason = a.reason, concluded_at = now()
                        from quarry.attempt_item a
                        where a.tenant = quarry.tenant() and a.attempt = :attempt and a.done_at is not null
                          and u.tenant = quarry.tenant() and u.unit = :unit and u.n = a.n and u.outcome is null""").param("attempt", attempt).param("unit", unit).update();
    }

    private void concludeFiles(UUID attempt, RunRow run) {
        jdbc.sql("""
                        update quarry.file f set outcome = a.outcome, reason = a.reason, partial = a.partial, detail = a.detail, generation = :generation,
                               media_type = coalesce(x.media_type, f.media_type), content_sha256 = a.content_sha256,
                               content_type = coalesce(a.content_type, f.content_type), first_concluded = coalesce(f.first_concluded, :generation), unit = null, pending_seq = null,
                               concluded_version = a.version, concluded_extractors = :extractors
                        from quarry.attempt_item a
                        left join lateral (
                          select e.media_type from quarry.extraction e
                          where e.tenant = quarry.tenant() and e.attempt = a.attempt and e.n = a.n and e.member = '' and e.media_type is not null
                          order by length(coalesce(e.text, '')) desc, e.extractor limit 1) x on true
                        where a.tenant = quarry.tenant() and a.attempt = :attempt and a.done_at is not null
                          and f.tenant = quarry.tenant() and f.id = a.file""")
                .param("generation", run.generation())
                .param("extractors", run.extractorSet())
                .param("attempt", attempt)
                .update();
    }

    /** The words move from the extractions to the search rows; a file whose words are too many together says so. */
    private void publish(UUID attempt) {
        jdbc.sql("""
                        with found as materialized (
                          select f.tenant, f.id, f.store, f.display, f.path, f.media_type, w.words, w.cut
                          from quarry.attempt_item a join quarry.file f on f.tenant = a.tenant and f.id = a.file
                          cross join lateral quarry.words_of_item(a.attempt, a.n, f.path) w
                          where a.tenant = quarry.tenant() and a.attempt = :attempt and a.outcome in ('INDEXED', 'NO_CONTENT') and a.done_at is not null),
                        cut as (
                          update quarry.file f set partial = array_append(f.partial, 'TEXT_CUT') from found
                          where found.cut and f.tenant = quarry.tenant() and f.id = found.id and not 'TEXT_CUT' = any (f.partial))
                        insert into quarry.search_document (tenant, file, store, display, path, media_type, words)
                        select tenant, id, store, display, path, media_type, words from found
                        on conflict (tenant, file) do update
                        set display = excluded.display, path = excluded.path, media_type = excluded.media_type, words = excluded.words""").param("attempt", attempt).update();
        jdbc.sql(
                        "update quarry.extraction set words = null where tenant = quarry.tenant() and attempt = ? and words is not null")
                .param(attempt)
                .update();
    }

    private void withdrawFailed(UUID attempt) {
        jdbc.sql("""
                        delete from quarry.search_document d using quarry.attempt_item a
                        where a.tenant = quarry.tenant() and a.attempt = ? and a.done_at is not null and a.outcome in ('FILTERED', 'FAILED')
                          and d.tenant = quarry.tenant() and d.file = a.file""").param(attempt).update();
    }
}
