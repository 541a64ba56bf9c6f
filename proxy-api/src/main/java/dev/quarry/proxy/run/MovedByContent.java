package dev.quarry.proxy.run;

import static dev.quarry.proxy.Columns.texts;

import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.List;
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
    /** Of several with one content the first vanished one, by key, becomes the first new one, and so on. Where nothing is gone, the ledger is not read. */
    private static final String PAIRS = """
            with gone as (
              select f.id, f.path, f.content_sha256, f.size, row_number() over (partition by f.content_sha256, f.size order by f.key) as rank
              from quarry.file f
              where f.tenant = :tenant and f.store = :store and f.vanished_generation = :generation
                and not exists (select from quarry.scope s
                                where s.tenant = :tenant and s.run = :run and s.folder = f.folder and s.state <> 'COMPLETE')
                and f.content_sha256 is not null and f.concluded_version = f.version and f.outcome in ('INDEXED', 'NO_CONTENT')),
            read as (
              select f.id, f.content_sha256, f.size, row_number() over (partition by f.content_sha256, f.size order by f.key) as rank
              from quarry.file f
              where f.tenant = :tenant and f.store = :store and f.content_sha256 is not null and f.first_concluded > 1 and f.first_concluded = f.generation
                and f.generation = :generation and f.outcome in ('INDEXED', 'NO_CONTENT') and f.vanished_generation is null
                and f.moved_generation is distinct from :generation and exists (select from gone))
            select g.id as kept, g.path, r.id as given_up from gone g join read r using (content_sha256, size, rank) limit :chunk""";

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

    MovedByContent(TenantTransactions transactions, RunRepository runs, VanishedFiles vanished, JdbcClient jdbc) {
        this.transactions = transactions;
        this.runs = runs;
        this.vanished = vanished;
        this.jdbc = jdbc;
    }

    /** Once all vanished files are marked, and before any is deleted. False if time ran out before the end. */
    boolean recognize(TenantId tenant, RunRow run, Instant deadline) {
        int moved;
        do {
            moved = transactions.in(tenant, () -> recognizeChunk(tenant, run));
        } while (moved > 0 && Instant.now().isBefore(deadline));
        return moved == 0;
    }

    private int recognizeChunk(TenantId tenant, RunRow run) {
        runs.lock(tenant, run.id());
        List<Pair> pairs = jdbc.sql(PAIRS)
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("run", run.id())
                .param("generation", run.generation())
                .param("chunk", CHUNK)
                .query((row, n) -> new Pair(
                        row.getObject("kept", UUID.class),
                        row.getObject("given_up", UUID.class),
                        row.getString("path")))
                .list();
        if (!pairs.isEmpty()) {
            vanished.forget(tenant, pairs.stream().map(Pair::kept).toList());
            RENAMED.forEach(statement -> rename(tenant, run, pairs, statement));
        }
        return pairs.size();
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

    /**
     * @param kept id of the vanished file
     * @param givenUp id of the one that was read
     * @param path of the vanished file, cleaned
     */
    private record Pair(UUID kept, UUID givenUp, String path) {}
}
