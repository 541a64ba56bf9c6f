package dev.quarry.proxy.file;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads of the ledger by key order. Inside a tenant's transaction. */
@Repository
class FileRepository {
    private static final String NEWEST =
            "(select max(generation) from quarry.run where tenant = :tenant and store = :store)";

    /** What the newest run found and did not work on. */
    private static final String LEFT = "generation < " + NEWEST + " and vanished_generation is distinct from " + NEWEST;

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

    List<FileRow> filesOf(TenantId tenant, UUID store, OutcomeKind outcome, UUID after, int limit) {
        return jdbc.sql(FileRow.COLUMNS + " store = :store and " + condition(outcome)
                        + " and id > :after order by id limit :limit")
                .param("tenant", tenant.value())
                .param("store", store)
                .param("after", after)
                .param("limit", limit)
                .query(FileRow::of)
                .list();
    }

    /** As the newest run's report has them. */
    private static String condition(OutcomeKind outcome) {
        return switch (outcome) {
            case UNCHANGED ->
                LEFT + " and outcome in ('INDEXED', 'NO_CONTENT') and moved_generation is distinct from " + NEWEST;
            case MOVED -> LEFT + " and moved_generation = " + NEWEST;
            default -> "outcome = '" + outcome.name() + "'";
        };
    }

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
