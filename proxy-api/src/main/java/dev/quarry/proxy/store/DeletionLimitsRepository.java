package dev.quarry.proxy.store;

import dev.quarry.proxy.tenant.TenantId;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What runs over each store may delete. Every method belongs in a tenant's transaction. */
@Repository
public class DeletionLimitsRepository {
    private final JdbcClient jdbc;

    DeletionLimitsRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public DeletionLimits get(TenantId tenant, UUID store) {
        return jdbc.sql("select delete_percent, delete_unasked from quarry.store where tenant = ? and id = ?")
                .params(tenant.value(), store)
                .query((row, n) -> new DeletionLimits(
                        row.getObject("delete_percent", Integer.class), row.getObject("delete_unasked", Integer.class)))
                .single();
    }

    void put(TenantId tenant, UUID store, DeletionLimits limits) {
        jdbc.sql("""
                        update quarry.store set delete_percent = cast(:percent as int), delete_unasked = cast(:unasked as int)
                        where tenant = :tenant and id = :store""")
                .param("percent", limits.percent())
                .param("unasked", limits.unasked())
                .param("tenant", tenant.value())
                .param("store", store)
                .update();
    }
}
