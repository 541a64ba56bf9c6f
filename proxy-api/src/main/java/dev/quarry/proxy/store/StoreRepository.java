package dev.quarry.proxy.store;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Rows of stores. Every method belongs in a tenant's transaction. */
@Repository
public class StoreRepository {
    private static final String COLUMNS =
            "select id, name, kind, root, include_hidden, site, created_at from quarry.store";

    private final JdbcClient jdbc;

    public StoreRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    public List<Store> all(TenantId tenant) {
        return jdbc.sql(COLUMNS + " where tenant = ? order by name")
                .param(tenant.value())
                .query(StoreRepository::store)
                .list();
    }

    public Optional<Store> find(TenantId tenant, String name) {
        return jdbc.sql(COLUMNS + " where tenant = ? and name = ?")
                .params(tenant.value(), name)
                .query(StoreRepository::store)
                .optional();
    }

    /** @throws Problem 404 unknown_store */
    public Store get(TenantId tenant, String name) {
        return find(tenant, name).orElseThrow(() -> Problem.notFound("store", KeyBytes.utf8(name)));
    }

    public Store get(TenantId tenant, UUID id) {
        return jdbc.sql(COLUMNS + " where tenant = ? and id = ?")
                .params(tenant.value(), id)
                .query(StoreRepository::store)
                .optional()
                .orElseThrow(() -> Problem.notFound("store", id));
    }

    /** Locks the store against another run being opened. */
    public void lock(TenantId tenant, UUID id) {
        jdbc.sql("select 1 from quarry.store where tenant = ? and id = ? for update")
                .params(tenant.value(), id)
                .query(Integer.class)
                .single();
    }

    public long files(TenantId tenant, UUID id) {
        return jdbc.sql("select count(*) from quarry.file where tenant = ? and store = ?")
                .params(tenant.value(), id)
                .query(Long.class)
                .single();
    }

    /** False if the tenant has a store of that name. */
    boolean insert(TenantId tenant, Store store) {
        return jdbc.sql("""
                        insert into quarry.store (tenant, id, name, kind, root, include_hidden, site) values (?, ?, ?, ?, ?, ?, ?)
                        on conflict (tenant, name) do nothing""")
                        .params(
                                tenant.value(),
                                store.id(),
                                store.name(),
                                store.kind().label(),
                                store.root().bytes(),
                                store.includeHidden(),
                                store.site())
                        .update()
                == 1;
    }

    private static Store store(ResultSet row, int number) throws SQLException {
        return new Store(
                row.getObject("id", UUID.class),
                row.getString("name"),
                StoreKind.of(row.getString("kind")),
                KeyBytes.of(row.getBytes("root")),
                row.getBoolean("include_hidden"),
                row.getString("site"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
