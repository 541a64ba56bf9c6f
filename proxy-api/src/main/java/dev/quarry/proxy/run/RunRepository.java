package dev.quarry.proxy.run;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of runs. Every method belongs in a tenant's transaction. Lock order: store, unit, scope, then run. */
@Repository
public class RunRepository {
    private static final String COLUMNS = """
            select id, store, generation, workflow_id, chain_started_at, state, dispatch, key_list, paused, cancelled, deletion, extractor_set, listing_complete,
                   advance_seq, units_seq, next_unit
            from quarry.run where tenant = :tenant and""";

    private final JdbcClient jdbc;

    public RunRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @throws Problem 404 unknown_run */
    public RunRow get(TenantId tenant, UUID run) {
        return get(tenant, run, "");
    }

    /** @throws Problem 404 unknown_run */
    public RunRow lock(TenantId tenant, UUID run) {
        return get(tenant, run, " for no key update");
    }

    private RunRow get(TenantId tenant, UUID run, String lock) {
        return one(COLUMNS + " id = :id" + lock, tenant, "id", run).orElseThrow(() -> Problem.notFound("run", run));
    }

    Optional<RunRow> byChain(TenantId tenant, UUID store, String firstExecution) {
        return jdbc.sql(COLUMNS + " store = :store and first_execution_id = :first")
                .param("tenant", tenant.value())
                .param("store", store)
                .param("first", firstExecution)
                .query(RunRepository::row)
                .optional();
    }

    /** The store's run that was opened last. */
    public Optional<RunRow> newest(TenantId tenant, UUID store) {
        return one(COLUMNS + " store = :store order by generation desc limit 1", tenant, "store", store);
    }

    Optional<RunRow> unfinished(TenantId tenant, UUID store) {
        return one(COLUMNS + " store = :store and state in ('LIVE', 'CLOSING')", tenant, "store", store);
    }

    private Optional<RunRow> one(String sql, TenantId tenant, String name, Object value) {
        return jdbc.sql(sql)
                .param("tenant", tenant.value())
                .param(name, value)
                .query(RunRepository::row)
                .optional();
    }

    /** From LIVE to CLOSING; waits for calls that hold the run as LIVE. Nothing happens in another state. */
    void beginClosing(TenantId tenant, UUID run, boolean cancelled) {
        jdbc.sql("""
                        update quarry.run set state = 'CLOSING', cancelled = cancelled or :cancelled
                        where tenant = :tenant and id = :run and state in ('LIVE', 'CLOSING')""")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("cancelled", cancelled)
                .update();
    }

    /** From CLOSING to its end, once. */
    void end(TenantId tenant, UUID run, RunState state, Optional<String> imbalance) {
        jdbc.sql("""
                        update quarry.run set state = :state, ended_at = now(), balanced = :balanced, imbalance = :imbalance
                        where tenant = :tenant and id = :run and state = 'CLOSING'""")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("state", state.name())
                .param("balanced", imbalance.isEmpty())
                .param("imbalance", imbalance.orElse(null))
                .update();
    }

    void addDeleted(TenantId tenant, UUID run, int files) {
        add("deleted", tenant, run, files);
    }

    /** Files that were counted as dispatched and are known ones. */
    void addMoved(TenantId tenant, UUID run, int files) {
        add("moved", tenant, run, files);
        add("dispatched", tenant, run, -files);
    }

    void addWithdrawn(TenantId tenant, UUID run, int files) {
        add("withdrawn", tenant, run, files);
    }

    private void add(String counter, TenantId tenant, UUID run, int files) {
        jdbc.sql("update quarry.run set " + counter + " = " + counter
                        + " + :files where tenant = :tenant and id = :run")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("files", files)
                .update();
    }

    void decideDeletion(TenantId tenant, UUID run, Deletion.Decision decision, long vanished) {
        jdbc.sql(
                        "update quarry.run set deletion = :decision, vanished = :vanished where tenant = :tenant and id = :run")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("decision", decision.name())
                .param("vanished", vanished)
                .update();
    }

    void pause(TenantId tenant, UUID run, boolean paused) {
        int known = jdbc.sql("update quarry.run set paused = :paused where tenant = :tenant and id = :run")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("paused", paused)
                .update();
        if (known == 0) {
            throw Problem.notFound("run", run);
        }
    }

    private static RunRow row(ResultSet row, int number) throws SQLException {
        return new RunRow(
                row.getObject("id", UUID.class),
                row.getObject("store", UUID.class),
                row.getInt("generation"),
                row.getString("workflow_id"),
                row.getObject("chain_started_at", OffsetDateTime.class).toInstant(),
                RunState.valueOf(row.getString("state")),
                row.getBoolean("dispatch"),
                Optional.ofNullable(row.getObject("key_list", UUID.class)),
                row.getBoolean("paused"),
                row.getBoolean("cancelled"),
                Optional.ofNullable(row.getString("deletion")).map(Deletion.Decision::valueOf),
                row.getString("extractor_set"),
                row.getBoolean("listing_complete"),
                row.getInt("advance_seq"),
                row.getInt("units_seq"),
                row.getInt("next_unit"));
    }
}
