package dev.quarry.proxy.tenant;

import dev.quarry.proxy.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Whose an id is. The control API never takes a tenant from its caller. */
@Component
public class TenantLookup {
    private final JdbcClient jdbc;

    public TenantLookup(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public TenantId ofRun(UUID run) {
        return find("select quarry.tenant_of_run(?)", run).orElseThrow(() -> Problem.notFound("run", run));
    }

    public TenantId ofUnit(UUID unit) {
        return find("select quarry.tenant_of_unit(?)", unit).orElseThrow(() -> Problem.notFound("unit", unit));
    }

    public Optional<TenantId> ofAttempt(UUID attempt) {
        return find("select quarry.tenant_of_attempt(?)", attempt);
    }

    /** Empty if there is no such tenant. */
    public Optional<TenantId> find(String name) {
        return find("select id from quarry.tenant where name = ?", name);
    }

    public TenantId byName(String name) {
        return find(name).orElseThrow(() -> Problem.notFound("tenant", name));
    }

    public List<TenantId> all() {
        return jdbc.sql("select id from quarry.tenant order by name")
                .query((row, i) -> new TenantId(row.getObject(1, UUID.class)))
                .list();
    }

    public String nameOf(TenantId tenant) {
        return jdbc.sql("select name from quarry.tenant where id = ?")
                .param(tenant.value())
                .query(String.class)
                .single();
    }

    private Optional<TenantId> find(String sql, Object id) {
        return jdbc.sql(sql)
                .param(id)
                .query((row, i) -> Optional.ofNullable(row.getObject(1, UUID.class)))
                .optional()
                .flatMap(found -> found)
                .map(TenantId::new);
    }
}
