package dev.quarry.proxy.tenant;

import dev.quarry.proxy.problem.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Whose an id is. The control API never takes a tenant from its caller. */
@Component
public class TenantLookup {
    private final JdbcClient jdbc;

    public TenantLookup(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @throws Problem 404 also for a run of a store at another site */
    public TenantId ofRun(SiteAccess sites, UUID run) {
        return find("select quarry.tenant_of_run(?, ?::text[])", run, sites.setting())
                .orElseThrow(() -> notFound("run", run, sites));
    }

    /** @throws Problem 404 also for a unit of a store at another site */
    public TenantId ofUnit(SiteAccess sites, UUID unit) {
        return find("select quarry.tenant_of_unit(?, ?::text[])", unit, sites.setting())
                .orElseThrow(() -> notFound("unit", unit, sites));
    }

    /** Empty also for an attempt at a store of another site. */
    public Optional<TenantId> ofAttempt(SiteAccess sites, UUID attempt) {
        return find("select quarry.tenant_of_attempt(?, ?::text[])", attempt, sites.setting());
    }

    /** Nothing of the kind is at the worker's sites; it is told which these are, so that a wrong setting can be found. */
    public static Problem notFound(String what, Object which, SiteAccess sites) {
        Problem plain = Problem.notFound(what, which);
        return sites.all()
                ? plain
                : new Problem(
                        plain.status(),
                        plain.code(),
                        plain.detail() + "; this worker's client has the sites " + sites.claim());
    }

    /** Empty if there is no such tenant. */
    public Optional<TenantId> find(String name) {
        if (name.indexOf('\0') >= 0) {
            return Optional.empty(); // PostgreSQL has no text with a NUL
        }
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

    /** What roles of the tenant's cloud accounts ask for; its own and nobody else's, for ever. */
    public String externalIdOf(TenantId tenant) {
        return jdbc.sql("select external_id from quarry.tenant where id = ?")
                .param(tenant.value())
                .query(UUID.class)
                .single()
                .toString();
    }

    private Optional<TenantId> find(String sql, @Nullable Object... values) {
        return jdbc.sql(sql)
                .params(Arrays.asList(values))
                .query((row, i) -> Optional.ofNullable(row.getObject(1, UUID.class)))
                .optional()
                .flatMap(found -> found)
                .map(TenantId::new);
    }
}
