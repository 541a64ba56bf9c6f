package dev.quarry.proxy.attempt;

import static dev.quarry.proxy.attempt.AttemptRows.numbers;

import dev.quarry.proxy.lane.JobSizes;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Units and their items, as the attempt protocol sees them. Everything here runs inside a tenant's transaction that the caller began. */
@Repository
class UnitRows {
    private final JdbcClient jdbc;

    UnitRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<UnitRow> lock(UUID unit) {
        return jdbc.sql(
                        "select id, run, number, lane, epoch, state from quarry.unit where tenant = quarry.tenant() and id = ? for update")
                .param(unit)
                .query((row, i) -> new UnitRow(
                        row.getObject("id", UUID.class),
                        row.getObject("run", UUID.class),
                        row.getInt("number"),
                        row.getString("lane"),
                        row.getInt("epoch"),
                        "DONE".equals(row.getString("state"))))
                .optional();
    }

    List<Integer> missing(UUID unit, @Nullable List<Integer> among) {
        return jdbc.sql("""
                        select n from quarry.unit_item
                        where tenant = quarry.tenant() and unit = :unit and outcome is null and (:all or n = any (:among)) order by n""")
                .param("unit", unit)
                .param("all", among == null)
                .param("among", numbers(among))
                .query(Integer.class)
                .list();
    }

    List<Integer> suspects(UUID attempt) {
        return jdbc.sql("""
                        select a.n from quarry.attempt_item a
                        join quarry.job_attempt j on j.tenant = a.tenant and j.id = a.attempt
                        join quarry.unit_item u on u.tenant = a.tenant and u.unit = j.unit and u.n = a.n
                        where a.tenant = quarry.tenant() and a.attempt = ? and a.started_at is not null and a.done_at is null and u.outcome is null
                        order by a.n""").param(attempt).query(Integer.class).list();
    }

    /** Items that this attempt has reported and that are missing all the same, for the store's sake. */
    List<Integer> putBack(UUID attempt) {
        return jdbc.sql("""
                        select a.n from quarry.attempt_item a
                        join quarry.job_attempt j on j.tenant = a.tenant and j.id = a.attempt
                        join quarry.unit_item u on u.tenant = a.tenant and u.unit = j.unit and u.n = a.n
                        where a.tenant = quarry.tenant() and a.attempt = ? and j.proven and a.outcome is not null and a.done_at is null and u.outcome is null
                        order by a.n""").param(attempt).query(Integer.class).list();
    }

    List<StopJob> stopList(UUID unit) {
        return stopList("unit = ?", unit);
    }

    List<StopJob> stopListOfRun(UUID run) {
        return stopList("run = ?", run);
    }

    /** Of aborted runs, as long as no later run has gone on: whoever does has stopped them. */
    List<StopJob> stopListOfAborted(UUID store) {
        return stopList("""
                run in (select r.id from quarry.run r where r.tenant = quarry.tenant() and r.store = ? and r.state = 'ABORTED'
                        and not exists (select from quarry.run n where n.tenant = r.tenant and n.store = r.store and n.generation > r.generation
                                        and n.advance_seq > 0))""", store);
    }

    private List<StopJob> stopList(String which, UUID id) {
        return jdbc.sql("""
                        select a.job_id, t.name, a.handle from quarry.job_attempt a join quarry.tenant t on t.id = a.tenant
                        where a.tenant = quarry.tenant() and a.state in ('SETTLED', 'CANCELLED') and not a.end_known and a.""" + which + " order by a.unit, a.epoch")
                .param(id)
                .query((row, i) -> new StopJob(row.getString("job_id"), row.getString("name"), row.getString("handle")))
                .list();
    }

    /** Names and sizes of items, for the size of their job. */
    List<JobSizes.Sized> sized(UUID unit, List<Integer> items) {
        return jdbc.sql("""
                        select f.display, u.size from quarry.unit_item u join quarry.file f on f.tenant = u.tenant and f.id = u.file
                        where u.tenant = quarry.tenant() and u.unit = :unit and u.n = any (:items)""")
                .param("unit", unit)
                .param("items", numbers(items))
                .query((row, i) -> new JobSizes.Sized(row.getString("display"), row.getLong("size")))
                .list();
    }

    /** Recounts the unit from its items, and makes it DONE if nothing is missing. Returns whether it is. */
    boolean recount(UUID unit) {
        return jdbc.sql("""
                        update quarry.unit u set indexed = c.indexed, no_content = c.no_content, filtered = c.filtered, failed = c.failed, bytes_done = c.bytes_done,
                               state = case when c.missing = 0 then 'DONE' else u.state end
                        from (select count(*) filter (where outcome = 'INDEXED') as indexed, count(*) filter (where outcome = 'NO_CONTENT') as no_content,
                                     count(*) filter (where outcome = 'FILTERED') as filtered, count(*) filter (where outcome = 'FAILED') as failed,
                                     count(*) filter (where outcome is null) as missing,
                                     coalesce(sum(size) filter (where outcome is not null), 0) as bytes_done
                              from quarry.unit_item where tenant = quarry.tenant() and unit = :unit) c
                        where u.tenant = quarry.tenant() and u.id = :unit returning u.state = 'DONE'""").param("unit", unit).query(Boolean.class).single();
    }

    /** Units of the run with an open attempt. */
    List<UUID> open(UUID run) {
        return jdbc.sql(
                        "select distinct unit from quarry.job_attempt where tenant = quarry.tenant() and run = ? and state in ('PENDING', 'RUNNING')")
                .param(run)
                .query(UUID.class)
                .list();
    }
}
