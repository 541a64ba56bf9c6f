package dev.quarry.proxy.attempt;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What an opening must pass: its run must be live, and its tenant have room for one more attempt. In the transaction of the opening. */
@Repository
class AttemptGate {
    private final JdbcClient jdbc;

    AttemptGate(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Shared, so that a run cannot begin to close between this check and the end of the transaction. */
    RunRow shareRun(UUID run) {
        return jdbc.sql("""
                        select r.id, r.generation, r.state = 'LIVE' as live, r.paused, r.workflow_id, t.name as tenant_name, s.name as store_name, r.extractor_set
                        from quarry.run r join quarry.store s on s.tenant = r.tenant and s.id = r.store join quarry.tenant t on t.id = r.tenant
                        where r.tenant = quarry.tenant() and r.id = ? for share of r""")
                .param(run)
                .query((row, i) -> new RunRow(
                        row.getObject("id", UUID.class),
                        row.getInt("generation"),
                        row.getBoolean("live"),
                        row.getBoolean("paused"),
                        row.getString("workflow_id"),
                        row.getString("tenant_name"),
                        row.getString("store_name"),
                        row.getString("extractor_set")))
                .single();
    }

    /** Whether the tenant may have one more open attempt. Locks the tenant's row: two openings at once count one after the other. */
    boolean capReached() {
        int cap = jdbc.sql("select attempts_cap from quarry.tenant where id = quarry.tenant() for no key update")
                .query(Integer.class)
                .single();
        int open = jdbc.sql(
                        "select count(*) from quarry.job_attempt where tenant = quarry.tenant() and state in ('PENDING', 'RUNNING')")
                .query(Integer.class)
                .single();
        return open >= cap;
    }
}
