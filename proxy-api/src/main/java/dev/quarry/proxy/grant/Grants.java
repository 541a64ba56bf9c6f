package dev.quarry.proxy.grant;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Grants of all tenants. Each page of a listing and each download asks, so they are remembered: what is taken back by another process ends within {@link #AGE}. */
@Component
public class Grants {
    private static final Duration AGE = Duration.ofSeconds(10);
    private static final int REMEMBERED = 10_000;

    private final TenantTransactions transactions;
    private final TenantLookup tenants;
    private final JdbcClient jdbc;
    private final String bootstrapTenant;
    private final LoadingCache<TenantId, Granted> known =
            Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(AGE).build(this::read);

    Grants(TenantTransactions transactions, TenantLookup tenants, JdbcClient jdbc, QuarrySettings settings) {
        this.transactions = transactions;
        this.tenants = tenants;
        this.jdbc = jdbc;
        this.bootstrapTenant = settings.bootstrapTenant();
    }

    public Granted of(TenantId tenant) {
        return known.get(tenant);
    }

    /** As the database has them now: for what is decided once, such as a store's registration. */
    public Granted now(TenantId tenant) {
        known.invalidate(tenant);
        return known.get(tenant);
    }

    /** @return false if the tenant had it */
    boolean add(TenantId tenant, Grant grant) {
        boolean added = change(
                tenant,
                grant,
                "insert into quarry.tenant_grant (tenant, kind, value) values (?, ?, ?) on conflict do nothing");
        known.invalidate(tenant);
        return added;
    }

    /** @return false if the tenant did not have it */
    boolean remove(TenantId tenant, Grant grant) {
        boolean removed =
                change(tenant, grant, "delete from quarry.tenant_grant where tenant = ? and kind = ? and value = ?");
        known.invalidate(tenant);
        return removed;
    }

    private boolean change(TenantId tenant, Grant grant, String sql) {
        return transactions.in(
                tenant,
                () -> jdbc.sql(sql)
                                .params(tenant.value(), grant.kind().label(), grant.value())
                                .update()
                        == 1);
    }

    private Granted read(TenantId tenant) {
        String name = tenants.nameOf(tenant);
        List<Grant> rows = transactions.in(
                tenant,
                () -> jdbc.sql("select kind, value from quarry.tenant_grant where tenant = ?")
                        .param(tenant.value())
                        .query((row, i) ->
                                new Grant(GrantKind.find(row.getString("kind")).orElseThrow(), row.getString("value")))
                        .list());
        return new Granted(name, name.equals(bootstrapTenant), Set.copyOf(rows));
    }
}
