package dev.quarry.proxy.run;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds the folders that are gone as a whole, level by level, and marks the files in them, in chunks of one transaction each. The folders are kept in a list of the
 * run's, in the order in which they were found: so nothing is read again, however much it is, and they can be deleted in chunks too, the deepest first.
 */
@Component
class GoneFolders {
    private static final int BLOCK = 1_000;
    private static final int CHUNK = 1_000;
    private static final int FOUND_AT_ONCE = 5_000;
    private static final Duration KEPT = Duration.ofMinutes(5);

    /** Those that a complete scope no longer shows. A folder that has a scope was seen, whoever marked it meanwhile. */
    private static final String TOPS = """
            with chunk as materialized (
              select f.id from quarry.folder f
            """ + Scopes.OF_FOLDER + """
              where f.tenant = :tenant and f.store = :store and f.vanished_generation = :generation and f.id > :after and s.state = 'COMPLETE'
                and not exists (select from quarry.scope seen where seen.tenant = f.tenant and seen.run = :run and seen.folder = f.id)
              order by f.id limit :chunk),
            added as (
              insert into quarry.gone_folder (tenant, run, folder) select :tenant, :run, id from chunk order by id on conflict do nothing)
            select id from chunk order by id desc limit 1""";

    /**
     * The list has no statistics yet, and without them PostgreSQL may sort all that a block's folders hold for the first of it. What is sorted already but for its
     * last column is another thing to it.
     */
    private static final String AS_INDEXED = "set local enable_sort = off";

    /** The next of the list, and the first names in them. */
    private static final String NEXT_OF_LIST = """
            with block as materialized (
              select seq, folder from quarry.gone_folder where tenant = :tenant and run = :run and seq >= :seq order by seq limit :block),
            chunk as materialized (
              select b.seq, c.id, c.name from (select * from block order by seq) b
              cross join lateral (
                select id, name from quarry.%s where tenant = :tenant and %s = b.folder and name >= case when b.seq = :seq then :name else '' end
                order by name limit :chunk) c
              order by b.seq, c.name limit :chunk),
            written as (%s)
            select (select seq from block order by seq desc limit 1) as block_end, count(*) = :chunk as is_full,
              (select seq from chunk order by seq desc, name desc limit 1) as chunk_end,
              (select name from chunk order by seq desc, name desc limit 1) as chunk_end_name from chunk""";

    private static final String BELOW = NEXT_OF_LIST.formatted(
            "folder",
            "parent",
            "insert into quarry.gone_folder (tenant, run, folder) select :tenant, :run, id from chunk order by seq, name on conflict do nothing");

    private static final String FILES = NEXT_OF_LIST.formatted("file", "folder", """
            update quarry.file set vanished_generation = :generation
            where tenant = :tenant and id = any (array(select id from chunk)) and vanished_generation is distinct from :generation""");

    private static final String DELETE = """
            with last as (select folder from quarry.gone_folder where tenant = :tenant and run = :run order by seq desc limit :chunk),
            deleted as (delete from quarry.folder where tenant = :tenant and id = any (array(select folder from last)))
            delete from quarry.gone_folder where tenant = :tenant and run = :run and folder = any (array(select folder from last))""";

    /** And what was left of runs before it. */
    private static final String FORGET = """
            delete from quarry.gone_folder where tenant = :tenant and ctid = any (array(
              select g.ctid from quarry.run r join quarry.gone_folder g on g.tenant = r.tenant and g.run = r.id
              where r.tenant = :tenant and r.store = (select store from quarry.run where tenant = :tenant and id = :run) and r.ended_at is not null limit :chunk))""";

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final JdbcClient jdbc;
    /** For the next call. One that is lost loses nothing: it is begun again, over what is listed and marked. */
    private final Cache<Walk, Place> places =
            Caffeine.newBuilder().expireAfterAccess(KEPT).build();

    GoneFolders(TenantTransactions transactions, RunRepository runs, JdbcClient jdbc) {
        this.transactions = transactions;
        this.runs = runs;
        this.jdbc = jdbc;
    }

    /** Folders that are gone do not change once nothing is listed any more. */
    private record Walk(UUID run, RunState state) {}

    private enum Phase {
        TOPS,
        BELOW,
        FILES,
        END;

        Place start() {
            return new Place(this, new UUID(0, 0), 0, KeyBytes.EMPTY);
        }
    }

    /**
     * @param after of the tops: the id of the last
     * @param seq of the list: the place of the folder to go on in, and {@code name} the name to go on with
     */
    private record Place(Phase phase, UUID after, long seq, KeyBytes name) {
        Place next(Phase following, ResultSet row) throws SQLException {
            if (row.getBoolean("is_full")) {
                return new Place(
                        phase,
                        after,
                        row.getLong("chunk_end"),
                        KeyBytes.of(row.getBytes("chunk_end_name")).successor());
            }
            long end = row.getLong("block_end");
            return row.wasNull() ? following.start() : new Place(phase, after, end + 1, KeyBytes.EMPTY);
        }
    }

    /**
     * No scope of the run may be open but of one that has ended early; what lies in such a scope is not marked. False if time ran out before the end: the
     * next call goes on.
     */
    boolean mark(TenantId tenant, RunRow run, Instant deadline) {
        Walk walk = new Walk(run.id(), run.state());
        Place place = Objects.requireNonNullElseGet(places.getIfPresent(walk), Phase.TOPS::start);
        while (place.phase() != Phase.END) {
            Place from = place;
            place = transactions.in(tenant, () -> step(tenant, run, from));
            places.put(walk, place);
            if (!Instant.now().isBefore(deadline)) {
                return place.phase() == Phase.END;
            }
        }
        return true;
    }

    private Place step(TenantId tenant, RunRow run, Place place) {
        runs.lock(tenant, run.id());
        return switch (place.phase()) {
            case TOPS -> tops(tenant, run, place);
            case BELOW -> nextOfList(BELOW, FOUND_AT_ONCE, Phase.FILES, tenant, run, place);
            case FILES -> nextOfList(FILES, CHUNK, Phase.END, tenant, run, place);
            case END -> place;
        };
    }

    private Place tops(TenantId tenant, RunRow run, Place place) {
        return statement(TOPS, tenant, run)
                .param("store", run.store())
                .param("generation", run.generation())
                .param("after", place.after())
                .param("chunk", FOUND_AT_ONCE)
                .query(UUID.class)
                .optional()
                .map(last -> new Place(Phase.TOPS, last, 0, KeyBytes.EMPTY))
                .orElseGet(Phase.BELOW::start);
    }

    private Place nextOfList(String sql, int chunk, Phase following, TenantId tenant, RunRow run, Place place) {
        jdbc.sql(AS_INDEXED).update();
        return statement(sql, tenant, run)
                .param("generation", run.generation())
                .param("seq", place.seq())
                .param("name", place.name().bytes())
                .param("block", BLOCK)
                .param("chunk", chunk)
                .query((row, n) -> place.next(following, row))
                .single();
    }

    /** Once their files are. False if time ran out before the end. */
    boolean delete(TenantId tenant, RunRow run, Instant deadline) {
        return repeat(DELETE, tenant, run, deadline);
    }

    /** The list, once the run is over. What is left when time runs out is in nobody's way. */
    void forget(TenantId tenant, RunRow run, Instant deadline) {
        repeat(FORGET, tenant, run, deadline);
    }

    private boolean repeat(String sql, TenantId tenant, RunRow run, Instant deadline) {
        int rows;
        do {
            rows = transactions.in(tenant, () -> {
                // One at a time: to whom another took his rows away there would seem to be none.
                runs.lock(tenant, run.id());
                return statement(sql, tenant, run).param("chunk", FOUND_AT_ONCE).update();
            });
        } while (rows > 0 && Instant.now().isBefore(deadline));
        return rows == 0;
    }

    private JdbcClient.StatementSpec statement(String sql, TenantId tenant, RunRow run) {
        return jdbc.sql(sql).param("tenant", tenant.value()).param("run", run.id());
    }
}
