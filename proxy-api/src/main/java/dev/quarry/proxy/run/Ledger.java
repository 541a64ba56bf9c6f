package dev.quarry.proxy.run;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What the ledger holds in the name ranges of pages. Inside a tenant's transaction. */
@Repository
class Ledger {
    /** Above every name: no store has names of more than 1,024 bytes. */
    private static final byte[] END = new byte[1_100];

    static {
        Arrays.fill(END, (byte) 0xff);
    }

    private final JdbcClient jdbc;

    Ledger(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Files by folder, in the order of their names. Pages that failed have no range. */
    Map<UUID, List<LedgerFile>> files(TenantId tenant, List<ScopePage> pages) {
        // ORDER BY inside keeps the planner from flattening this into a join over the whole ledger.
        return ranges(tenant, pages, """
                        select f.* from unnest(cast(:folders as uuid[]), :froms, :lasts) as p (folder, first, last)
                        cross join lateral (
                          select folder, id, name, version, outcome, reason, concluded_version, concluded_extractors, coalesce(content_type, media_type) as content_type, oversized,
                            vanished_generation is not null as vanished
                          from quarry.file where tenant = :tenant and folder = p.folder and name >= p.first and name <= p.last order by name) f""", Ledger::file);
    }

    /** Of the files on these pages, which leap over most of their ranges; by folder, in the order of their names. */
    Map<UUID, List<LedgerFile>> named(TenantId tenant, UUID store, List<ScopePage> pages) {
        Map<UUID, List<LedgerFile>> found = new HashMap<>();
        jdbc.sql("""
                        select folder, id, name, version, outcome, reason, concluded_version, concluded_extractors, coalesce(content_type, media_type) as content_type, oversized,
                          vanished_generation is not null as vanished
                        from quarry.file where tenant = :tenant and store = :store and key_sha256 = any (:hashes) order by name""")
                .param("tenant", tenant.value())
                .param("store", store)
                .param(
                        "hashes",
                        pages.stream()
                                .flatMap(page -> page.listing().files().stream()
                                        .map(entry ->
                                                page.path().child(entry.name()).sha256()))
                                .toArray(byte[][]::new))
                .query(row -> {
                    found.computeIfAbsent(row.getObject("folder", UUID.class), folder -> new java.util.ArrayList<>())
                            .add(file(row));
                });
        return found;
    }

    Map<UUID, List<LedgerFolder>> folders(TenantId tenant, List<ScopePage> pages) {
        return ranges(tenant, pages, """
                        select f.* from unnest(cast(:folders as uuid[]), :froms, :lasts) as p (folder, first, last)
                        cross join lateral (
                          select parent as folder, id, name, vanished_generation is not null as vanished
                          from quarry.folder where tenant = :tenant and parent = p.folder and name >= p.first and name <= p.last order by name) f""", Ledger::folder);
    }

    private <T> Map<UUID, List<T>> ranges(TenantId tenant, List<ScopePage> pages, String sql, RowOf<T> rowOf) {
        List<ScopePage> listed =
                pages.stream().filter(page -> page.failure().isEmpty()).toList();
        Map<UUID, List<T>> found = new HashMap<>();
        jdbc.sql(sql)
                .param("tenant", tenant.value())
                .param(
                        "folders",
                        listed.stream().map(page -> page.folder().toString()).toArray(String[]::new))
                .param(
                        "froms",
                        listed.stream()
                                .map(page -> page.after()
                                        .map(KeyBytes::successor)
                                        .orElse(KeyBytes.EMPTY)
                                        .bytes())
                                .toArray(byte[][]::new))
                .param(
                        "lasts",
                        listed.stream()
                                .map(page -> page.listing()
                                        .next()
                                        .map(KeyBytes::bytes)
                                        .orElse(END))
                                .toArray(byte[][]::new))
                .query(row -> {
                    found.computeIfAbsent(row.getObject("folder", UUID.class), folder -> new java.util.ArrayList<>())
                            .add(rowOf.read(row));
                });
        return found;
    }

    private static LedgerFile file(ResultSet row) throws SQLException {
        return new LedgerFile(
                row.getObject("id", UUID.class),
                KeyBytes.of(row.getBytes("name")),
                row.getString("version"),
                row.getString("outcome"),
                row.getString("reason"),
                row.getString("concluded_version"),
                row.getString("concluded_extractors"),
                row.getString("content_type"),
                row.getBoolean("oversized"),
                row.getBoolean("vanished"));
    }

    private static LedgerFolder folder(ResultSet row) throws SQLException {
        return new LedgerFolder(
                row.getObject("id", UUID.class), KeyBytes.of(row.getBytes("name")), row.getBoolean("vanished"));
    }

    record LedgerFolder(UUID id, KeyBytes name, boolean vanished) {}

    private interface RowOf<T> {
        T read(ResultSet row) throws SQLException;
    }
}
