package dev.quarry.proxy.file;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.run.ListedFiles;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads of the ledger by key order. Inside a tenant's transaction. */
@Repository
class FileRepository {
    /** Of one page: what is asked for may be rare, or not be there at all. */
    private static final int READ_AT_MOST = 20_000;

    private static final UUID HIGHEST = new UUID(-1, -1);

    private static final String WHERE_READ_ENDS = """
            select id from (
              (select id from quarry.file where tenant = :tenant and store = :store and outcome = 'INDEXED' and id > :after order by id limit :most)
              union all
              (select id from quarry.file where tenant = :tenant and store = :store and outcome = 'NO_CONTENT' and id > :after order by id limit :most)) f
            order by id offset :most - 1 limit 1""";

    /** What the newest run found and did not work on, as its report has them. */
    private static final String LEFT = """
            id = any (array(
              select f.id from quarry.file f
              cross join (select * from quarry.run where tenant = :tenant and store = :store order by generation desc limit 1) r
              where f.tenant = :tenant and f.store = :store and f.id > :after and f.id <= :end and f.outcome in ('INDEXED', 'NO_CONTENT')
                and f.generation < r.generation and f.vanished_generation is distinct from r.generation and %s order by f.id limit :limit))""";

    private static final String UNCHANGED =
            LEFT.formatted("f.moved_generation is distinct from r.generation and " + ListedFiles.BY_RUN);

    private static final String MOVED = LEFT.formatted(
            "f.moved_generation = (select max(generation) from quarry.run where tenant = :tenant and store = :store)");

    private final JdbcClient jdbc;

    FileRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @throws Problem 404 unknown_file */
    FileRow get(TenantId tenant, UUID file) {
        return jdbc.sql(FileRow.COLUMNS + " id = :id")
                .param("tenant", tenant.value())
                .param("id", file)
                .query(FileRow::of)
                .optional()
                .orElseThrow(() -> Problem.notFound("file", file));
    }

    /** The root folder's id; empty before the first run. */
    List<UUID> rootFolder(TenantId tenant, UUID store) {
        return jdbc.sql("select id from quarry.folder where tenant = ? and store = ? and path_sha256 = sha256('')")
                .params(tenant.value(), store)
                .query(UUID.class)
                .list();
    }

    boolean isFolder(TenantId tenant, UUID store, UUID folder) {
        return jdbc.sql("select exists (select from quarry.folder where tenant = ? and store = ? and id = ?)")
                .params(tenant.value(), store, folder)
                .query(Boolean.class)
                .single();
    }

    List<FolderRow> folders(TenantId tenant, UUID parent, KeyBytes from, int limit) {
        return jdbc.sql("""
                        select id, name, display from quarry.folder where tenant = ? and parent = ? and name >= ? order by name limit ?""")
                .params(tenant.value(), parent, from.bytes(), limit)
                .query((row, n) -> new FolderRow(
                        row.getObject("id", UUID.class), row.getString("display"), KeyBytes.of(row.getBytes("name"))))
                .list();
    }

    List<FileRow> files(TenantId tenant, UUID folder, KeyBytes from, int limit) {
        return jdbc.sql(FileRow.COLUMNS + " folder = :folder and name >= :from order by name limit :limit")
                .param("tenant", tenant.value())
                .param("folder", folder)
                .param("from", from.bytes())
                .param("limit", limit)
                .query(FileRow::of)
                .list();
    }

    /** At most so many files, by id; and there may be fewer of them, or none, though more follow. */
    OutcomePage filesOf(TenantId tenant, UUID store, OutcomeKind outcome, UUID after, int limit) {
        return switch (outcome) {
            case UNCHANGED -> {
                Optional<UUID> end = whereReadEnds(tenant, store, after);
                OutcomePage page = page(UNCHANGED, tenant, store, after, end.orElse(HIGHEST), limit);
                yield page.next() == null ? new OutcomePage(page.files(), end.orElse(null)) : page;
            }
            case MOVED -> page(MOVED, tenant, store, after, HIGHEST, limit);
            default ->
                page(
                        "store = :store and outcome = '" + outcome.name() + "' and id > :after and id <= :end",
                        tenant,
                        store,
                        after,
                        HIGHEST,
                        limit);
        };
    }

    private Optional<UUID> whereReadEnds(TenantId tenant, UUID store, UUID after) {
        return jdbc.sql(WHERE_READ_ENDS)
                .param("tenant", tenant.value())
                .param("store", store)
                .param("after", after)
                .param("most", READ_AT_MOST)
                .query(UUID.class)
                .optional();
    }

    private OutcomePage page(String condition, TenantId tenant, UUID store, UUID after, UUID end, int limit) {
        List<FileRow> rows = jdbc.sql(FileRow.COLUMNS + condition + " order by id limit :limit")
                .param("tenant", tenant.value())
                .param("store", store)
                .param("after", after)
                .param("end", end)
                .param("limit", limit + 1)
                .query(FileRow::of)
                .list();
        return rows.size() > limit
                ? new OutcomePage(rows.subList(0, limit), rows.get(limit - 1).file())
                : new OutcomePage(rows, null);
    }

    /** @param next the id that the next page comes after; null: this was the last */
    record OutcomePage(List<FileRow> files, @Nullable UUID next) {}

    record FolderRow(UUID id, String display, KeyBytes name) {}

    /** What a file can be asked for by. */
    enum OutcomeKind {
        INDEXED,
        NO_CONTENT,
        UNCHANGED,
        MOVED,
        FILTERED,
        FAILED,
        PENDING
    }
}
