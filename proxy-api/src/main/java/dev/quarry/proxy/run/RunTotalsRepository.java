package dev.quarry.proxy.run;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** A run's counts: what the listing concluded is on the run's row, what units concluded is summed over its units. */
@Repository
public class RunTotalsRepository {
    private static final String SELECT = """
            select r.*, s.name as store_name, u.*, (select count(*) from quarry.job_attempt a where a.tenant = r.tenant and a.run = r.id) as attempts,
              (select count(*) from quarry.job_attempt a join quarry.attempt_item i on i.tenant = a.tenant and i.attempt = a.id
               where a.tenant = r.tenant and a.run = r.id and a.state = 'RUNNING' and i.done_at is not null) as reported,
              (select count(*) from quarry.listed_key k where k.tenant = r.tenant and k.list = r.key_list) as keys
            from quarry.run r
            join quarry.store s on s.tenant = r.tenant and s.id = r.store
            cross join lateral (
              select count(*) as units, coalesce(sum(files), 0) as packed, coalesce(sum(indexed), 0) as unit_indexed,
                     coalesce(sum(no_content), 0) as unit_no_content, coalesce(sum(filtered), 0) as unit_filtered, coalesce(sum(failed), 0) as unit_failed, coalesce(sum(bytes_done), 0) as bytes_done
              from quarry.unit where tenant = r.tenant and run = r.id) u
            where r.tenant = :tenant and""";

    private final JdbcClient jdbc;

    public RunTotalsRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @throws Problem 404 unknown_run */
    public RunTotals get(TenantId tenant, UUID run) {
        return jdbc.sql(SELECT + " r.id = :run")
                .param("tenant", tenant.value())
                .param("run", run)
                .query(RunTotalsRepository::totals)
                .optional()
                .orElseThrow(() -> Problem.notFound("run", run));
    }

    /** Newest first, at most 100. */
    List<RunTotals> ofStore(TenantId tenant, UUID store) {
        return jdbc.sql(SELECT + " r.store = :store order by r.generation desc limit 100")
                .param("tenant", tenant.value())
                .param("store", store)
                .query(RunTotalsRepository::totals)
                .list();
    }

    private static RunTotals totals(ResultSet row, int number) throws SQLException {
        long byUnits = row.getLong("unit_indexed")
                + row.getLong("unit_no_content")
                + row.getLong("unit_filtered")
                + row.getLong("unit_failed");
        long dispatched = row.getLong("dispatched");
        long withdrawn = row.getLong("withdrawn");
        long carried = row.getLong("carried");
        String deletion = row.getString("deletion");
        Instant ended = time(row, "ended_at");
        return new RunTotals(
                row.getObject("id", UUID.class),
                row.getString("store_name"),
                row.getString("workflow_id"),
                row.getInt("generation"),
                RunState.valueOf(row.getString("state")).shown(),
                row.getBoolean("dispatch"),
                row.getObject("key_list") == null ? null : Long.valueOf(row.getLong("keys")),
                row.getBoolean("paused"),
                waiting(row),
                row.getBoolean("listing_complete"),
                row.getBoolean("gaps"),
                row.getLong("listed"),
                row.getLong("unit_indexed"),
                row.getLong("unit_no_content") + row.getLong("no_content"),
                row.getLong("unchanged"),
                row.getLong("moved"),
                row.getLong("filtered") + row.getLong("unit_filtered"),
                row.getLong("unit_failed") + carried + withdrawn + row.getLong("too_large") + row.getLong("archived"),
                carried,
                row.getLong("deleted"),
                row.getLong("vanished"),
                deletion == null ? null : Deletion.Decision.valueOf(deletion),
                dispatched - byUnits - withdrawn,
                dispatched - row.getLong("packed") - withdrawn,
                row.getLong("reported"),
                row.getLong("units"),
                row.getLong("attempts"),
                row.getLong("bytes_listed"),
                row.getLong("bytes_done"),
                row.getObject("opened_at", OffsetDateTime.class).toInstant(),
                ended,
                row.getObject("balanced", Boolean.class),
                row.getString("imbalance"),
                List.of((String[]) row.getArray("warnings").getArray()));
    }

    private static RunTotals.@Nullable Waiting waiting(ResultSet row) throws SQLException {
        Instant since = time(row, "waits_since");
        Instant asked = time(row, "waits_at");
        boolean isOver = RunState.valueOf(row.getString("state")).isOver();
        return isOver || since == null || asked == null
                ? null
                : new RunTotals.Waiting(since, asked, row.getString("waits_for"));
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
