package dev.quarry.proxy.run;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What the ledger holds in the name ranges of pages. Inside a tenant's transaction. */
@Repository
class Ledger {
    /** Above every name: no store has names of more than 1,024 bytes. */
    private static final KeyBytes END = end();

    private static KeyBytes end() {
        byte[] end = new byte[1_100];
        Arrays.fill(end, (byte) 0xff);
        return KeyBytes.of(end);
    }

    private final JdbcClient jdbc;

    Ledger(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Files by folder, in the order of their names. Pages that failed have no range. */
    Map<UUID, List<LedgerFile>> files(TenantId tenant, List<ScopePage> pages) {
        // ORDER BY inside keeps the planner from flattening this into a join over the whole ledger.
        return files(tenant, listed(pages).map(Range::of).toList());
    }

    /** As {@link #files}, but only where the pages' files lie: pages of named keys leap over most of their ranges. */
    Map<UUID, List<LedgerFile>> filesAround(TenantId tenant, List<ScopePage> pages) {
        return files(
                tenant,
                listed(pages)
                        .filter(page -> !page.listing().files().isEmpty())
                        .map(Range::aroundFiles)
                        .toList());
    }

    private Map<UUID, List<LedgerFile>> files(TenantId tenant, List<Range> inRanges) {
        return ranges(tenant, inRanges, """
                        select f.* from unnest(cast(:folders as uuid[]), :froms, :lasts) as p (folder, first, last)
                        cross join lateral (
                          select folder, id, name, version, outcome, reason, concluded_version, concluded_extractors, content_type, oversized,
                            vanished_generation is not null as vanished
                          from quarry.file where tenant = :tenant and folder = p.folder and name >= p.first and name <= p.last order by name) f""", Ledger::file);
    }

    Map<UUID, List<LedgerFolder>> folders(TenantId tenant, List<ScopePage> pages) {
        return ranges(tenant, listed(pages).map(Range::of).toList(), """
                        select f.* from unnest(cast(:folders as uuid[]), :froms, :lasts) as p (folder, first, last)
                        cross join lateral (
                          select parent as folder, id, name, vanished_generation is not null as vanished
                          from quarry.folder where tenant = :tenant and parent = p.folder and name >= p.first and name <= p.last order by name) f""", Ledger::folder);
    }

    private static Stream<ScopePage> listed(List<ScopePage> pages) {
        return pages.stream().filter(page -> page.failure().isEmpty());
    }

    private <T> Map<UUID, List<T>> ranges(TenantId tenant, List<Range> ranges, String sql, RowOf<T> rowOf) {
        Map<UUID, List<T>> found = new HashMap<>();
        jdbc.sql(sql)
                .param("tenant", tenant.value())
                .param(
                        "folders",
                        ranges.stream().map(range -> range.folder().toString()).toArray(String[]::new))
                .param("froms", ranges.stream().map(range -> range.first().bytes()).toArray(byte[][]::new))
                .param("lasts", ranges.stream().map(range -> range.last().bytes()).toArray(byte[][]::new))
                .query(row -> {
                    found.computeIfAbsent(row.getObject("folder", UUID.class), folder -> new java.util.ArrayList<>())
                            .add(rowOf.read(row));
                });
        return found;
    }

    /** Names of one folder, both ends included. */
    private record Range(UUID folder, KeyBytes first, KeyBytes last) {
        static Range of(ScopePage page) {
            return new Range(
                    page.folder(),
                    page.after().map(KeyBytes::successor).orElse(KeyBytes.EMPTY),
                    page.listing().next().orElse(END));
        }

        static Range aroundFiles(ScopePage page) {
            List<Entry> files = page.listing().files();
            return new Range(
                    page.folder(), files.get(0).name(), files.get(files.size() - 1).name());
        }
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
