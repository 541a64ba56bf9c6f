package dev.quarry.proxy.filter;

import dev.quarry.proxy.tenant.TenantId;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** Filters of stores, apart from the stores' rows: they may be long, and downloads read those rows. Every method belongs in a tenant's transaction. */
@Repository
public class FilterRepository {
    private final JdbcClient jdbc;
    private final JsonMapper json;

    FilterRepository(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** The store's; the standard ones if it has none of its own. */
    public Filters get(TenantId tenant, UUID store) {
        return jdbc.sql("select settings from quarry.store_filter where tenant = ? and store = ?")
                .params(tenant.value(), store)
                .query(String.class)
                .optional()
                .map(this::filters)
                .orElseGet(Filters::standard);
    }

    /** They hold from the next page on that a run compares. */
    public void put(TenantId tenant, UUID store, Filters filters) {
        jdbc.sql("""
                        insert into quarry.store_filter (tenant, store, settings) values (:tenant, :store, cast(:settings as jsonb))
                        on conflict (tenant, store) do update set settings = excluded.settings""")
                .param("tenant", tenant.value())
                .param("store", store)
                .param("settings", json.writeValueAsString(filters))
                .update();
    }

    private Filters filters(String settings) {
        return json.readValue(settings, Filters.class);
    }
}
