package dev.quarry.proxy.run;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * What the ledger and the search rows of a store hold, as a run's books are to have it. At once where that takes seconds; of a larger store folder by folder, in
 * chunks of one transaction each: an eighth as fast, but no statement grows with the store. Nothing may change meanwhile, so no run of the store may be LIVE.
 */
@Component
class LedgerSums {
    /** No generation: there is no vanished file that stays. */
    private static final int NONE_KEPT = -1;

    private static final int AT_ONCE = 5_000_000;
    private static final int CHUNK = 50_000;
    private static final int BLOCK = 1_000;
    private static final Duration KEPT = Duration.ofMinutes(5);

    /** Of files f, of which those that are {@code kept} count for nothing but for having search rows d. */
    private static final String SUMS = """
            select count(*) filter (where not f.kept) as files,
                   count(*) filter (where not f.kept and f.outcome = 'FILTERED') as filtered,
                   count(*) filter (where not f.kept and f.outcome in ('INDEXED', 'NO_CONTENT') and f.generation < :generation
                                      and f.moved_generation is distinct from :generation) as unchanged,
                   count(*) filter (where not f.kept and f.outcome in ('INDEXED', 'NO_CONTENT') and f.generation < :generation
                                      and f.moved_generation = :generation) as moved,
                   count(*) filter (where not f.kept and f.outcome = 'FAILED' and f.generation < :generation) as carried,
                   count(*) filter (where not f.kept and f.outcome = 'PENDING' and f.generation < :generation and :dispatch) as left_over,
                   count(*) filter (where not f.kept and f.outcome = 'INDEXED' and f.generation = :generation) as indexed,
                   count(*) filter (where not f.kept and f.outcome = 'NO_CONTENT' and f.generation = :generation) as no_content,
                   count(*) filter (where not f.kept and f.outcome = 'FAILED' and f.generation = :generation) as failed,
                   count(*) filter (where not f.kept and f.outcome = 'PENDING' and (f.generation = :generation or not :dispatch)) as pending,
                   count(*) filter (where not f.kept and f.outcome in ('INDEXED', 'NO_CONTENT') and d.file is null) as not_found,
                   count(*) filter (where not f.kept and f.outcome not in ('INDEXED', 'NO_CONTENT', 'PENDING') and d.file is not null) as found_wrongly,
                   count(d.file) as found\s""";

    private static final String FILE = """
            outcome, generation, moved_generation, vanished_generation is not distinct from :kept as kept from quarry.file where tenant = :tenant and\s""";

    private static final String ALL = SUMS + "from (select id, " + FILE + "store = :store) f\n"
            + "left join quarry.search_document d on d.tenant = :tenant and d.file = f.id";

    /** And where it ended. In the folders' own order, which an index has, so that no more is read than the chunk holds. */
    private static final String OF_CHUNK = """
            with block as materialized (
              select id, path_sha256 from quarry.folder where tenant = :tenant and store = :store and path_sha256 >= :folder order by path_sha256 limit :block),
            chunk as materialized (
              select g.path_sha256, f.* from (select * from block order by path_sha256) g
              cross join lateral (
                select id, name,\s""" + FILE + """
                folder = g.id and name >= case when g.path_sha256 = :folder then :name else '' end order by name limit :chunk) f
              order by g.path_sha256, f.name limit :chunk)\s""" + SUMS + """
            , count(f.id) = :chunk as is_full, (select count(*) = :block from block) as is_block_full,
              (select path_sha256 from block order by path_sha256 desc limit 1) as block_end,
              (select path_sha256 from chunk order by path_sha256 desc, name desc limit 1) as chunk_end,
              (select name from chunk order by path_sha256 desc, name desc limit 1) as chunk_end_name
            from chunk f left join quarry.search_document d on d.tenant = :tenant and d.file = f.id""";

    private final TenantTransactions transactions;
    private final JdbcClient jdbc;
    private final int atOnce;
    private final int chunk;
    /** For the next call on a run. One that is lost is begun again. */
    private final Cache<Walk, Part> parts =
            Caffeine.newBuilder().expireAfterAccess(KEPT).build();

    @Autowired
    LedgerSums(TenantTransactions transactions, JdbcClient jdbc) {
        this(transactions, jdbc, AT_ONCE, CHUNK);
    }

    /**
     * @param atOnce files up to which a store's are summed in one statement
     * @param chunk files of one statement otherwise
     */
    LedgerSums(TenantTransactions transactions, JdbcClient jdbc, int atOnce, int chunk) {
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.atOnce = atOnce;
        this.chunk = chunk;
    }

    /** An abort may come after a close that came so far, and change what is summed. */
    private record Walk(UUID run, RunState end) {}

    /**
     * @param folder SHA-256 of the path of the folder to go on in, and {@code name} the name to go on with
     * @param sums until there, by name
     */
    private record Part(KeyBytes folder, KeyBytes name, Map<String, Long> sums, boolean isEnd) {
        static final Part START = new Part(KeyBytes.EMPTY, KeyBytes.EMPTY, Map.of(), false);
    }

    /**
     * Vanished files are in no sum, unless they should be deleted.
     *
     * @return empty if time ran out before the end: the next call goes on
     */
    Optional<Map<String, Long>> of(TenantId tenant, RunRow run, RunState end, Instant deadline) {
        Walk walk = new Walk(run.id(), end);
        int kept = kept(run, end);
        Part part = Objects.requireNonNullElse(parts.getIfPresent(walk), Part.START);
        if (part == Part.START && transactions.in(tenant, () -> isSmall(tenant, run))) {
            part = transactions.in(tenant, () -> all(tenant, run, kept));
        }
        while (!part.isEnd()) {
            Part from = part;
            part = transactions.in(tenant, () -> next(tenant, run, kept, from));
            parts.put(walk, part);
            if (!part.isEnd() && !Instant.now().isBefore(deadline)) {
                return Optional.empty();
            }
        }
        Map<String, Long> sums = new HashMap<>(part.sums());
        sums.put("documents", transactions.in(tenant, () -> documents(tenant, run)));
        return Optional.of(sums);
    }

    /** The run whose vanished files are still there, and rightly so. One that was aborted may have deleted some of them. */
    private static int kept(RunRow run, RunState end) {
        boolean areDeleted = run.deletion().equals(Optional.of(Deletion.Decision.ALLOWED)) && end != RunState.ABORTED;
        return areDeleted ? NONE_KEPT : run.generation();
    }

    private boolean isSmall(TenantId tenant, RunRow run) {
        return jdbc.sql(
                        "select count(*) <= :most from (select from quarry.file where tenant = :tenant and store = :store limit :most + 1) f")
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("most", atOnce)
                .query(Boolean.class)
                .single();
    }

    private Part all(TenantId tenant, RunRow run, int kept) {
        Map<String, Object> row = statement(ALL, tenant, run, kept).query().singleRow();
        return new Part(KeyBytes.EMPTY, KeyBytes.EMPTY, added(Map.of(), row), true);
    }

    private Part next(TenantId tenant, RunRow run, int kept, Part from) {
        // Else all that the block's folders hold may be sorted for the first of it, where there are no statistics yet.
        jdbc.sql("set local enable_sort = off").update();
        Map<String, Object> row = statement(OF_CHUNK, tenant, run, kept)
                .param("folder", from.folder().bytes())
                .param("name", from.name().bytes())
                .param("block", BLOCK)
                .param("chunk", chunk)
                .query()
                .singleRow();
        Map<String, Long> sums = added(from.sums(), row);
        if (Boolean.TRUE.equals(row.get("is_full"))) {
            return new Part(key(row, "chunk_end"), key(row, "chunk_end_name").successor(), sums, false);
        }
        return Boolean.TRUE.equals(row.get("is_block_full"))
                ? new Part(key(row, "block_end").successor(), KeyBytes.EMPTY, sums, false)
                : new Part(KeyBytes.EMPTY, KeyBytes.EMPTY, sums, true);
    }

    private static KeyBytes key(Map<String, Object> row, String column) {
        return KeyBytes.of((byte[]) Objects.requireNonNull(row.get(column), column));
    }

    private static Map<String, Long> added(Map<String, Long> before, Map<String, Object> row) {
        Map<String, Long> sums = new HashMap<>(before);
        row.forEach((name, value) -> {
            if (value instanceof Long number) {
                sums.merge(name, number, Long::sum);
            }
        });
        return Map.copyOf(sums);
    }

    private long documents(TenantId tenant, RunRow run) {
        return jdbc.sql("select count(*) from quarry.search_document where tenant = :tenant and store = :store")
                .param("tenant", tenant.value())
                .param("store", run.store())
                .query(Long.class)
                .single();
    }

    private JdbcClient.StatementSpec statement(String sql, TenantId tenant, RunRow run, int kept) {
        return jdbc.sql(sql)
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("generation", run.generation())
                .param("dispatch", run.dispatch())
                .param("kept", kept);
    }
}
