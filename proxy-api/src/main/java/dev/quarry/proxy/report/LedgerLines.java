package dev.quarry.proxy.report;

import dev.quarry.proxy.run.ListedFiles;
import dev.quarry.proxy.run.RunRow;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The files of a run's report, in pages that begin where the one before ended. Inside a tenant's transaction. */
@Repository
class LedgerLines {
    /** Below every outcome, every id and every key. */
    static final Position START = new Position("", new UUID(0, 0), KeyBytes.EMPTY);

    private static final String ALL = """
            select f.* from quarry.file f where f.tenant = :tenant and f.store = :store and (f.outcome, f.id) > (:outcome, :id)
            order by f.outcome, f.id limit :limit""";

    private static final String FAILED = """
            select f.* from quarry.file f where f.tenant = :tenant and f.store = :store and f.outcome = 'FAILED' and f.id > :id order by f.id limit :limit""";

    /** A run that was given keys says nothing of other files. */
    private static final String OF_KEYS = """
            select f.* from quarry.listed_key k join quarry.file f on f.tenant = k.tenant and f.store = :store and f.key_sha256 = k.key_sha256
            where k.tenant = :tenant and k.list = :keyList and k.key_sha256 > :key order by k.key_sha256 limit :limit""";

    private static final String LINES = """
            select f.id, f.path, f.key, f.key_sha256, f.size, f.modified, f.media_type, f.outcome, f.reason, f.detail,
              case when f.vanished_generation = r.generation then 'VANISHED'
                   when f.moved_generation = r.generation and f.generation < r.generation then 'MOVED'
                   when f.generation = r.generation then f.outcome
                   when not\s""" + ListedFiles.BY_RUN + """
             then 'NOT_LISTED'
                   when f.outcome in ('INDEXED', 'NO_CONTENT') then 'UNCHANGED'
                   else f.outcome end as run_outcome,
              f.outcome = 'FAILED' and f.generation < r.generation as carried,
              case when f.moved_generation = r.generation then f.moved_from end as moved_from
            from (%s) f cross join quarry.run r where r.tenant = :tenant and r.id = :run order by %s""";

    private final JdbcClient jdbc;

    LedgerLines(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param failures rather those alone that ever failed, which is quicker than to read all; others may be among them */
    List<Line> after(TenantId tenant, RunRow run, Position position, boolean failures, int limit) {
        return jdbc.sql(statement(run, failures))
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("run", run.id())
                .param("outcome", position.outcome())
                .param("id", position.id())
                .param("key", position.key().bytes())
                .param("keyList", run.keyList().orElse(null))
                .param("limit", limit)
                .query(LedgerLines::line)
                .list();
    }

    private static String statement(RunRow run, boolean failures) {
        if (run.keyList().isPresent()) {
            return LINES.formatted(OF_KEYS, "f.key_sha256");
        }
        return failures ? LINES.formatted(FAILED, "f.id") : LINES.formatted(ALL, "f.outcome, f.id");
    }

    private static Line line(ResultSet row, int number) throws SQLException {
        return new Line(
                ReportLine.of(row, number),
                new Position(
                        row.getString("outcome"),
                        row.getObject("id", UUID.class),
                        KeyBytes.of(row.getBytes("key_sha256"))));
    }

    /**
     * Where a page ended.
     *
     * @param key SHA-256 of a key
     */
    record Position(String outcome, UUID id, KeyBytes key) {}

    record Line(ReportLine line, Position position) {}
}
