package dev.quarry.proxy.store;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** Rows of stores. Every method belongs in a tenant's transaction. */
@Repository
public class StoreRepository {
    private static final String COLUMNS =
            "select id, name, kind, root, settings, secret_sealed, include_hidden, site, created_at from quarry.store";

    private final JdbcClient jdbc;
    private final JsonMapper json;

    public StoreRepository(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    public List<Store> all(TenantId tenant) {
        return jdbc.sql(COLUMNS + " where tenant = ? order by name")
                .param(tenant.value())
                .query(this::store)
                .list();
    }

    public Optional<Store> find(TenantId tenant, String name) {
        return jdbc.sql(COLUMNS + " where tenant = ? and name = ?")
                .params(tenant.value(), name)
                .query(this::store)
                .optional();
    }

    /** @throws Problem 404 unknown_store */
    public Store get(TenantId tenant, String name) {
        return find(tenant, name).orElseThrow(() -> Problem.notFound("store", KeyBytes.utf8(name)));
    }

    public Store get(TenantId tenant, UUID id) {
        return jdbc.sql(COLUMNS + " where tenant = ? and id = ?")
                .params(tenant.value(), id)
                .query(this::store)
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
                        insert into quarry.store (tenant, id, name, kind, root, settings, secret_sealed, include_hidden, site)
                        values (:tenant, :id, :name, :kind, :root, cast(:settings as jsonb), cast(:sealed as bytea), :hidden, :site)
                        on conflict (tenant, name) do nothing""")
                        .param("tenant", tenant.value())
                        .param("id", store.id())
                        .param("name", store.name())
                        .param("kind", store.kind().label())
                        .param("root", store.root().bytes())
                        .param("settings", settings(store.s3()))
                        .param("sealed", sealed(store.s3()))
                        .param("hidden", store.includeHidden())
                        .param("site", store.site())
                        .update()
                == 1;
    }

    /** The store's key is another from now on; runs under way go on with it. */
    void replaceKey(TenantId tenant, UUID id, S3Settings settings) {
        jdbc.sql("""
                        update quarry.store set settings = cast(:settings as jsonb), secret_sealed = cast(:sealed as bytea)
                        where tenant = :tenant and id = :id""")
                .param("settings", settings(settings))
                .param("sealed", sealed(settings))
                .param("tenant", tenant.value())
                .param("id", id)
                .update();
    }

    /** Puts another sealing of the same secret in the place of the one that was read; false if that was replaced meanwhile. */
    boolean replaceSealed(TenantId tenant, UUID id, byte[] read, byte[] sealed) {
        return jdbc.sql("update quarry.store set secret_sealed = ? where tenant = ? and id = ? and secret_sealed = ?")
                        .params(sealed, tenant.value(), id, read)
                        .update()
                == 1;
    }

    private @Nullable String settings(@Nullable S3Settings s3) {
        return s3 == null ? null : json.writeValueAsString(s3.withoutSecret());
    }

    private static byte @Nullable [] sealed(@Nullable S3Settings settings) {
        return settings == null || settings.secretSealed() == null
                ? null
                : Base64.getDecoder().decode(settings.secretSealed());
    }

    private @Nullable S3Settings s3(ResultSet row) throws SQLException {
        String settings = row.getString("settings");
        if (settings == null) {
            return null;
        }
        S3Settings stored = json.readValue(settings, S3Settings.class);
        byte[] sealed = row.getBytes("secret_sealed");
        return sealed == null || stored.accessKeyId() == null ? stored : stored.withKey(stored.accessKeyId(), sealed);
    }

    private Store store(ResultSet row, int number) throws SQLException {
        return new Store(
                row.getObject("id", UUID.class),
                row.getString("name"),
                StoreKind.of(row.getString("kind")),
                KeyBytes.of(row.getBytes("root")),
                s3(row),
                row.getBoolean("include_hidden"),
                row.getString("site"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
