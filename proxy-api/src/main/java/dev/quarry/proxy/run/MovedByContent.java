package dev.quarry.proxy.run;

import static dev.quarry.proxy.Columns.texts;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds out which files that this run has read are vanished ones under another key, by the SHA-256 of their bytes: where a store vouches for nothing, or
 * a copy took the place of a file, no listing can tell. They were extracted already, and that is what counts; the file keeps its id, and with it its
 * history and what links to it.
 */
@Component
class MovedByContent {
    private static final int CHUNK = 1_000;
    private static final Duration KEPT = Duration.ofMinutes(5);

    /** Without a look at what was read: mostly nothing is gone, and what was read may be the whole store. */
    private static final String ANY_GONE = """
            select exists (select from quarry.file where tenant = :tenant and store = :store and vanished_generation = :generation and content_sha256 is not null)""";

    /**
     * The next files that were read, by content, and for each content as many vanished ones, those with the first keys if there are few. What was paired is no
     * longer in the index; of a content that the chunk may have cut the vanished ones that are left are for the next.
     */
    private static final String PAIRS = """
            with read as materialized (
              select f.id, f.content_sha256, f.size, row_number() over (partition by f.content_sha256, f.size order by f.key) as rank
              from (
                select id, content_sha256, size, key from quarry.file
                where tenant = :tenant and store = :store and content_sha256 is not null and first_concluded > 1 and first_concluded - generation = 0
                  and moved_generation is distinct from generation and content_sha256 >= :from
                  and generation = :generation and outcome in ('INDEXED', 'NO_CONTENT') and vanished_generation is null
                order by content_sha256 limit :chunk) f),
            gone as materialized (
              select g.id, g.path, r.content_sha256, r.size, row_number() over (partition by r.content_sha256, r.size order by g.key) as rank
              from (select distinct content_sha256, size from read) r
              cross join lateral (
                select f.id, f.path, f.key from quarry.file f
                where f.tenant = :tenant and f.store = :store and f.vanished_generation = :generation and f.content_sha256 = r.content_sha256 and f.size = r.size
                  and not exists (select from quarry.scope s
                                  where s.tenant = :tenant and s.run = :run and s.folder = f.folder and s.state <> 'COMPLETE')
                  and f.concluded_version = f.version and f.outcome in ('INDEXED', 'NO_CONTENT')
                limit :chunk) g)
            select r.content_sha256, r.id as given_up, g.id as kept, g.path
            from read r left join gone g using (content_sha256, size, rank) order by r.content_sha256""";

    /** The rows of what was read take the vanished file's id. */
    private static final List<String> RENAMED = List.of(
            "update quarry.extraction x set file = m.kept from moved m where x.tenant = :tenant and x.file = m.given_up",
            "update quarry.search_document x set file = m.kept from moved m where x.tenant = :tenant and x.file = m.given_up",
            "update quarry.unit_item x set file = m.kept from moved m where x.tenant = :tenant and x.file = m.given_up",
            "update quarry.attempt_item x set file = m.kept from moved m where x.tenant = :tenant and x.file = m.given_up",
            """
            update quarry.file x set id = m.kept, moved_generation = :generation, moved_from = m.path from moved m
            where x.tenant = :tenant and x.id = m.given_up""");

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final VanishedFiles vanished;
    private final JdbcClient jdbc;
    /** For the next call on a run. One that is lost loses nothing: it is begun again, over what is not paired. */
    private final Cache<UUID, Place> places =
            Caffeine.newBuilder().expireAfterAccess(KEPT).build();

    MovedByContent(TenantTransactions transactions, RunRepository runs, VanishedFiles vanished, JdbcClient jdbc) {
        this.transactions = transactions;
        this.runs = runs;
        this.vanished = vanished;
        this.jdbc = jdbc;
    }

    /** @param from content to go on with: all below it is done */
    private record Place(KeyBytes from, boolean isEnd) {}

    /**
     * Once all vanished files are marked, and before any is deleted: from then on nothing can become a pair. False if time ran out before the end: the next
     * call goes on.
     */
    boolean recognize(TenantId tenant, RunRow run, Instant deadline) {
        Place place = Objects.requireNonNullElseGet(places.getIfPresent(run.id()), () -> start(tenant, run));
        while (!place.isEnd()) {
            KeyBytes from = place.from();
            place = transactions.in(tenant, () -> recognizeChunk(tenant, run, from));
            places.put(run.id(), place);
            if (!Instant.now().isBefore(deadline)) {
                return place.isEnd();
            }
        }
        return true;
    }

    private Place start(TenantId tenant, RunRow run) {
        boolean anyGone = transactions.in(
                tenant,
                () -> statement(ANY_GONE, tenant, run).query(Boolean.class).single());
        return new Place(KeyBytes.EMPTY, !anyGone);
    }

    private Place recognizeChunk(TenantId tenant, RunRow run, KeyBytes from) {
        runs.lock(tenant, run.id());
        List<Read> read = statement(PAIRS, tenant, run)
                .param("run", run.id())
                .param("from", from.bytes())
                .param("chunk", CHUNK)
                .query(MovedByContent::read)
                .list();
        List<Pair> pairs = read.stream().flatMap(each -> each.pair().stream()).toList();
        if (!pairs.isEmpty()) {
            vanished.forget(tenant, pairs.stream().map(Pair::kept).toList());
            RENAMED.forEach(statement -> rename(tenant, run, pairs, statement));
        }
        return read.size() < CHUNK ? new Place(KeyBytes.EMPTY, true) : new Place(next(read), false);
    }

    /** If one of the last content has found none, no more of it is gone. */
    private static KeyBytes next(List<Read> read) {
        KeyBytes last = read.get(read.size() - 1).content();
        boolean isDone = read.stream()
                .anyMatch(each -> each.content().equals(last) && each.pair().isEmpty());
        return isDone ? last.successor() : last;
    }

    private static Read read(ResultSet row, int number) throws SQLException {
        UUID kept = row.getObject("kept", UUID.class);
        return new Read(
                KeyBytes.of(row.getBytes("content_sha256")),
                kept == null
                        ? Optional.empty()
                        : Optional.of(new Pair(kept, row.getObject("given_up", UUID.class), row.getString("path"))));
    }

    private JdbcClient.StatementSpec statement(String sql, TenantId tenant, RunRow run) {
        return jdbc.sql(sql)
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("generation", run.generation());
    }

    private void rename(TenantId tenant, RunRow run, List<Pair> pairs, String statement) {
        jdbc.sql(
                        "with moved as (select * from unnest(cast(:kept as uuid[]), cast(:givenUp as uuid[]), :paths) as m (kept, given_up, path)) "
                                + statement)
                .param("kept", texts(pairs, pair -> pair.kept().toString()))
                .param("givenUp", texts(pairs, pair -> pair.givenUp().toString()))
                .param("paths", texts(pairs, Pair::path))
                .param("tenant", tenant.value())
                .param("generation", run.generation())
                .update();
    }

    /** A file that this run has read, by its content, and the vanished one that it is. */
    private record Read(KeyBytes content, Optional<Pair> pair) {}

    /**
     * @param kept id of the vanished file
     * @param givenUp id of the one that was read
     * @param path of the vanished file, cleaned
     */
    private record Pair(UUID kept, UUID givenUp, String path) {}
}
