package dev.quarry.proxy.run;

import static dev.quarry.proxy.Columns.bytes;
import static dev.quarry.proxy.Columns.ids;
import static dev.quarry.proxy.Columns.texts;

import dev.quarry.proxy.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Gives vanished files the keys under which they are found again, each kind of row in one statement. Inside a tenant's transaction. */
@Repository
class Moves {
    /** Of a file f: its present content has an outcome worth keeping. */
    static final String CONCLUDED = """
            f.outcome in ('INDEXED', 'NO_CONTENT') and f.concluded_version = f.version and f.concluded_extractors = :extractors""";

    /**
     * Of several with one identity the first vanished one, by key, becomes the first new one, and so on: each identity's vanished ones are read once, however
     * many they are. A name that leads to another lane's extractors makes
     * a new file of it: what the old lane's said would never be replaced.
     */
    private static final String PAIRS = """
            with fresh as (
              select f.*, row_number() over (partition by f.identity, f.lane order by f.key) as rank from quarry.file f
              where f.tenant = :tenant and f.id = any (cast(:parked as uuid[])) and f.parked),
            gone as materialized (
              select c.id, i.identity, i.lane, c.rank from (select identity, lane, count(*) as files from fresh group by identity, lane) i
              cross join lateral (
                select f.id, row_number() over (order by f.key) as rank from quarry.file f
            """ + Scopes.OF_FILE + """
                where f.tenant = :tenant and hashtextextended(f.identity, 0) = hashtextextended(i.identity, 0) and f.identity = i.identity
                  and f.lane is not distinct from i.lane and f.store = :store and f.vanished_generation = :generation
                  and coalesce(s.state, 'COMPLETE') = 'COMPLETE' and\s""" + CONCLUDED + """
             order by f.key limit i.files) c)
            select g.id as old, n.* from fresh n
            join gone g on g.identity = n.identity and g.lane is not distinct from n.lane and g.rank = n.rank""";

    private static final String FILES = """
            update quarry.file f set folder = m.folder, name = m.name, key = m.key, key_sha256 = sha256(m.key), display = m.display, path = m.path,
              modified = m.modified, version = m.version, lane = m.lane, concluded_version = m.version, vanished_generation = null,
              moved_generation = :generation, moved_from = f.path
            from unnest(cast(:olds as uuid[]), cast(:folders as uuid[]), :names, :keys, :displays, :paths, cast(:modified as timestamptz[]), :versions, :lanes)
              as m (old, folder, name, key, display, path, modified, version, lane)
            where f.tenant = :tenant and f.id = m.old""";

    private static final String EXTRACTIONS = """
            update quarry.extraction e set version = f.version from quarry.file f
            where f.tenant = :tenant and f.id = any (cast(:olds as uuid[])) and e.tenant = :tenant and e.file = f.id and e.counts and e.version <> f.version""";

    /** Words of the name weigh A and those of the content do not. */
    private static final String SEARCH_ROWS = """
            update quarry.search_document d set display = f.display, path = f.path,
              words = quarry.fitting(quarry.name_words(f.path), ts_filter(d.words, '{b,c,d}'))
            from quarry.file f
            where f.tenant = :tenant and f.id = any (cast(:olds as uuid[])) and d.tenant = :tenant and d.file = f.id""";

    private final JdbcClient jdbc;

    Moves(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Moves those of the parked files that are vanished ones, whose rows take their place; returns how many. */
    int move(TenantId tenant, RunRow run, List<UUID> parked) {
        List<Moved> moved = pairs(tenant, run, parked);
        if (moved.isEmpty()) {
            return 0;
        }
        // First, since a store's keys are unique.
        jdbc.sql("delete from quarry.file where tenant = :tenant and id = any (cast(:news as uuid[]))")
                .param("tenant", tenant.value())
                .param("news", texts(moved, row -> row.id().toString()))
                .update();
        files(tenant, run, moved);
        for (String statement : List.of(EXTRACTIONS, SEARCH_ROWS)) {
            jdbc.sql(statement)
                    .param("tenant", tenant.value())
                    .param("olds", texts(moved, row -> row.old().toString()))
                    .update();
        }
        return moved.size();
    }

    private List<Moved> pairs(TenantId tenant, RunRow run, List<UUID> parked) {
        return jdbc.sql(PAIRS)
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("run", run.id())
                .param("generation", run.generation())
                .param("extractors", run.extractorSet())
                .param("parked", ids(parked))
                .query(Moves::moved)
                .list();
    }

    private void files(TenantId tenant, RunRow run, List<Moved> moved) {
        jdbc.sql(FILES)
                .param("tenant", tenant.value())
                .param("generation", run.generation())
                .param("olds", texts(moved, row -> row.old().toString()))
                .param("folders", texts(moved, row -> row.folder().toString()))
                .param("names", bytes(moved, Moved::name))
                .param("keys", bytes(moved, Moved::key))
                .param("displays", texts(moved, Moved::display))
                .param("paths", texts(moved, Moved::path))
                .param("modified", texts(moved, Moved::modified))
                .param("versions", texts(moved, Moved::version))
                .param("lanes", texts(moved, Moved::lane))
                .update();
    }

    private static Moved moved(ResultSet row, int number) throws SQLException {
        return new Moved(
                row.getObject("old", UUID.class),
                row.getObject("id", UUID.class),
                row.getObject("folder", UUID.class),
                row.getBytes("name"),
                row.getBytes("key"),
                row.getString("display"),
                row.getString("path"),
                row.getString("modified"),
                row.getString("version"),
                row.getString("lane"));
    }

    /** A vanished file and the row of the same file under its new key. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Moved(
            UUID old,
            UUID id,
            UUID folder,
            byte[] name,
            byte[] key,
            String display,
            String path,
            String modified,
            String version,
            String lane) {}
}
