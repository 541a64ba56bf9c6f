package dev.quarry.proxy.run;

import static dev.quarry.proxy.Columns.bytes;
import static dev.quarry.proxy.Columns.texts;

import dev.quarry.proxy.run.ScopePage.ScopeId;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What the ledger holds in the name ranges of pages. Inside a tenant's transaction. */
@Repository
class Ledger {
    /** Above every name: text never has this byte, and names of file systems have at most 255. */
    private static final byte[] END = new byte[1_100];

    static {
        Arrays.fill(END, (byte) 0xff);
    }

    private final JdbcClient jdbc;

    Ledger(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Files by the scope of the page, in the order of their names. Pages that failed have no range. */
    Map<ScopeId, List<LedgerFile>> files(TenantId tenant, List<ScopePage> pages) {
        // ORDER BY inside keeps the planner from flattening this into a join over the whole ledger.
        return ranges(tenant, pages, """
                        select p.n, f.* from unnest(cast(:folders as uuid[]), :froms, :lasts) with ordinality as p (folder, first, last, n)
                        cross join lateral (
                          select id, name, version, outcome, reason, lane, concluded_version, concluded_extractors, coalesce(content_type, media_type) as content_type, oversized,
                            vanished_generation is not null as vanished
                          from quarry.file where tenant = :tenant and folder = p.folder and name >= p.first and name <= p.last order by name) f""", Ledger::file);
    }

    /** Of the files on these pages, which leap over most of their ranges; by the scope of the page, in the order of their names. */
    Map<ScopeId, List<LedgerFile>> named(TenantId tenant, UUID store, List<ScopePage> pages) {
        Map<Named, ScopeId> wanted = new HashMap<>();
        List<byte[]> hashes = new ArrayList<>();
        for (ScopePage page : pages) {
            for (Entry entry : page.listing().files()) {
                wanted.put(new Named(page.folder(), entry.name()), page.scope().id());
                hashes.add(page.path().child(entry.name()).sha256());
            }
        }
        Map<ScopeId, List<LedgerFile>> found = new HashMap<>();
        jdbc.sql("""
                        select folder, id, name, version, outcome, reason, lane, concluded_version, concluded_extractors, coalesce(content_type, media_type) as content_type, oversized,
                          vanished_generation is not null as vanished
                        from quarry.file where tenant = :tenant and store = :store and key_sha256 = any (:hashes) order by name""")
                .param("tenant", tenant.value())
                .param("store", store)
                .param("hashes", hashes.toArray(byte[][]::new))
                .query(row -> {
                    LedgerFile file = file(row);
                    ScopeId scope = wanted.get(new Named(row.getObject("folder", UUID.class), file.name()));
                    found.computeIfAbsent(Objects.requireNonNull(scope), none -> new ArrayList<>())
                            .add(file);
                });
        return found;
    }

    Map<ScopeId, List<LedgerFolder>> folders(TenantId tenant, List<ScopePage> pages) {
        return ranges(tenant, pages, """
                        select p.n, f.* from unnest(cast(:folders as uuid[]), :froms, :lasts) with ordinality as p (folder, first, last, n)
                        cross join lateral (
                          select id, name, vanished_generation is not null as vanished
                          from quarry.folder where tenant = :tenant and parent = p.folder and name >= p.first and name <= p.last order by name) f""", Ledger::folder);
    }

    private <T> Map<ScopeId, List<T>> ranges(TenantId tenant, List<ScopePage> pages, String sql, RowOf<T> rowOf) {
        List<ScopePage> listed =
                pages.stream().filter(page -> page.failure().isEmpty()).toList();
        Map<ScopeId, List<T>> found = new HashMap<>();
        jdbc.sql(sql)
                .param("tenant", tenant.value())
                .param("folders", texts(listed, page -> page.folder().toString()))
                .param(
                        "froms",
                        bytes(
                                listed,
                                page -> page.scope()
                                        .after()
                                        .map(KeyBytes::successor)
                                        .orElse(KeyBytes.EMPTY)
                                        .bytes()))
                .param(
                        "lasts",
                        bytes(listed, page -> page.end().map(KeyBytes::bytes).orElse(END)))
                .query(row -> {
                    ScopeId scope = listed.get(row.getInt("n") - 1).scope().id();
                    found.computeIfAbsent(scope, none -> new ArrayList<>()).add(rowOf.read(row));
                });
        return found;
    }

    /** The name in the middle of the first {@code most} that the ledger has of a page's scope behind that page; empty if they are fewer than {@code least}. */
    Optional<KeyBytes> middle(TenantId tenant, ScopePage page, int least, int most) {
        return jdbc.sql("""
                        with known as (
                          select name from quarry.file where tenant = :tenant and folder = :folder and name > :after and name <= :until order by name limit :most)
                        select name from known where (select count(*) from known) >= :least
                        order by name offset (select count(*) / 2 from known) limit 1""")
                .param("tenant", tenant.value())
                .param("folder", page.folder())
                .param("after", page.listing().next().orElse(KeyBytes.EMPTY).bytes())
                .param("until", page.scope().until().map(KeyBytes::bytes).orElse(END))
                .param("least", least)
                .param("most", most)
                .query((row, n) -> KeyBytes.of(row.getBytes("name")))
                .optional();
    }

    private static LedgerFile file(ResultSet row) throws SQLException {
        return new LedgerFile(
                row.getObject("id", UUID.class),
                KeyBytes.of(row.getBytes("name")),
                row.getString("version"),
                row.getString("outcome"),
                row.getString("reason"),
                row.getString("lane"),
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

    private record Named(UUID folder, KeyBytes name) {}

    private interface RowOf<T> {
        T read(ResultSet row) throws SQLException;
    }
}
