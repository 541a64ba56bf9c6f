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
            "select tenant, id, name, kind, root, settings, secret_sealed, include_hidden, concurrency, site, created_at from quarry.store";

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
        if (name.indexOf('\0') >= 0) {
            return Optional.empty(); // PostgreSQL has no text with a NUL
        }
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
                        insert into quarry.store (tenant, id, name, kind, root, settings, secret_sealed, include_hidden, concurrency, site)
                        values (:tenant, :id, :name, :kind, :root, cast(:settings as jsonb), cast(:sealed as bytea), :hidden, cast(:concurrency as int), :site)
                        on conflict (tenant, name) do nothing""")
                        .param("tenant", tenant.value())
                        .param("id", store.id())
                        .param("name", store.name())
                        .param("kind", store.kind().label())
                        .param("root", store.root().bytes())
                        .param("settings", settings(store))
                        .param("sealed", sealed(store.remote()))
                        .param("hidden", store.includeHidden())
                        .param("concurrency", store.concurrency())
                        .param("site", store.site())
                        .update()
                == 1;
    }

    void change(
            TenantId tenant,
            UUID id,
            boolean includeHidden,
            @Nullable Integer concurrency,
            @Nullable FilesystemSettings filesystem) {
        jdbc.sql("""
                        update quarry.store set include_hidden = :hidden, concurrency = cast(:concurrency as int), settings = coalesce(cast(:filesystem as jsonb), settings)
                        where tenant = :tenant and id = :id""")
                .param("hidden", includeHidden)
                .param("concurrency", concurrency)
                .param("filesystem", filesystem == null ? null : json.writeValueAsString(filesystem))
                .param("tenant", tenant.value())
                .param("id", id)
                .update();
    }

    /** The store's credential is another from now on; runs under way go on with it. */
    void replaceKey(TenantId tenant, UUID id, RemoteSettings settings) {
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

    private @Nullable String settings(Store store) {
        return store.remote() == null ? json.writeValueAsString(store.filesystem()) : settings(store.remote());
    }

    private String settings(RemoteSettings remote) {
        return json.writeValueAsString(remote.withoutSecret());
    }

    private static byte @Nullable [] sealed(@Nullable RemoteSettings remote) {
        return remote == null || remote.secretSealed() == null
                ? null
                : Base64.getDecoder().decode(remote.secretSealed());
    }

    private @Nullable RemoteSettings remote(ResultSet row, StoreKind kind) throws SQLException {
        String settings = row.getString("settings");
        if (settings == null || kind == StoreKind.FILESYSTEM) {
            return null;
        }
        RemoteSettings stored = switch (kind) {
            case FILESYSTEM -> throw new IllegalStateException("a filesystem store is not remote");
            case S3 -> json.readValue(settings, S3Settings.class);
            case AZURE -> json.readValue(settings, AzureSettings.class);
        };
        byte[] sealed = row.getBytes("secret_sealed");
        return sealed == null ? stored : stored.withSealed(sealed);
    }

    private @Nullable FilesystemSettings filesystem(ResultSet row) throws SQLException {
        if (StoreKind.of(row.getString("kind")) != StoreKind.FILESYSTEM) {
            return null;
        }
        String settings = row.getString("settings");
        return settings == null ? FilesystemSettings.STANDARD : json.readValue(settings, FilesystemSettings.class);
    }

    private Store store(ResultSet row, int number) throws SQLException {
        StoreKind kind = StoreKind.of(row.getString("kind"));
        return new Store(
                new TenantId(row.getObject("tenant", UUID.class)),
                row.getObject("id", UUID.class),
                row.getString("name"),
                kind,
                KeyBytes.of(row.getBytes("root")),
                remote(row, kind),
                filesystem(row),
                row.getBoolean("include_hidden"),
                row.getObject("concurrency", Integer.class),
                row.getString("site"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
