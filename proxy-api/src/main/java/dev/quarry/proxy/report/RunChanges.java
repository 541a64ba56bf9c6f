package dev.quarry.proxy.report;

import dev.quarry.proxy.run.RunRow;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** What a run found to be different, by type of file. Only what differs is read, in chunks of one transaction each: it may be most of a large store. */
@Repository
class RunChanges {
    private static final int CHUNK = 20_000;

    /**
     * Those of which a run that only lists says at once what they are (empty, filtered, archived, ...) are as new or changed as those that wait for a job.
     * What a scope that failed no longer shows may still be there.
     */
    private static final String CHUNK_OF = """
            with chunk as materialized (
              select f.* from %s where f.tenant = :tenant and f.store = :store and f.id > :after and %s order by f.id limit :chunk),
            told as (
              select f.size, coalesce(lower(substring(f.display from '\\.([[:alnum:]]{1,10})$')), '') as type,
                case when f.vanished_generation = :generation then case when coalesce(s.state, 'COMPLETE') = 'COMPLETE' then 'VANISHED' end
                     when f.outcome = 'PENDING' then case when f.concluded_version is null then 'NEW' else 'CHANGED' end
                     when f.generation = :generation and f.outcome in ('NO_CONTENT', 'FILTERED', 'FAILED') and not :dispatch
                       then case when f.first_seen = :generation then 'NEW' else 'CHANGED' end
                     when f.moved_generation = :generation then 'MOVED' end as change
              from chunk f
              left join quarry.scope s on s.tenant = f.tenant and s.run = :run and s.folder = f.folder
                and (s.begins = '' or s.begins < f.name) and (s.until is null or s.until >= f.name)),
            summed as (select type, change, count(*) as files, sum(size) as bytes from told where change is not null group by type, change)
            select * from (select count(*) as rows, (select id from chunk order by id desc limit 1) as last from chunk) c left join summed on true""";

    private final TenantTransactions transactions;
    private final RunReports reports;
    private final JdbcClient jdbc;

    RunChanges(TenantTransactions transactions, RunReports reports, JdbcClient jdbc) {
        this.transactions = transactions;
        this.reports = reports;
        this.jdbc = jdbc;
    }

    /** Files by what an index finds them by, and the changes that are counted of them: no change is found in two of these. */
    private enum Source {
        PENDING("f.outcome = 'PENDING'", ChangeKind.NEW, ChangeKind.CHANGED),
        NO_CONTENT("f.outcome = 'NO_CONTENT'", ChangeKind.NEW, ChangeKind.CHANGED),
        FILTERED("f.outcome = 'FILTERED'", ChangeKind.NEW, ChangeKind.CHANGED),
        FAILED("f.outcome = 'FAILED'", ChangeKind.NEW, ChangeKind.CHANGED),
        VANISHED("f.vanished_generation = :generation", ChangeKind.VANISHED),
        MOVED("f.moved_generation = :generation", ChangeKind.MOVED),
        /** A run that was given keys says nothing of other files. */
        KEYS("k.tenant = :tenant and k.list = :keyList", ChangeKind.values()) {
            @Override
            String statement() {
                return CHUNK_OF.formatted(
                        "quarry.listed_key k join quarry.file f on f.key_sha256 = k.key_sha256", found);
            }
        };

        final String found;
        private final Set<ChangeKind> kinds;

        Source(String found, ChangeKind... kinds) {
            this.found = found;
            this.kinds = EnumSet.copyOf(List.of(kinds));
        }

        String statement() {
            return CHUNK_OF.formatted("quarry.file f", found);
        }

        static Set<Source> of(RunRow run) {
            if (run.keyList().isPresent()) {
                return EnumSet.of(KEYS);
            }
            return run.dispatch()
                    ? EnumSet.of(PENDING, VANISHED, MOVED)
                    : EnumSet.of(PENDING, NO_CONTENT, FILTERED, FAILED, VANISHED, MOVED);
        }
    }

    /** By type, then by change. Not inside a transaction. @throws dev.quarry.proxy.problem.Problem as {@link RunReports#newest} */
    List<Change> of(TenantId tenant, UUID run) {
        RunRow row = transactions.in(tenant, () -> reports.newest(tenant, run));
        Map<Key, Change> sums = new TreeMap<>();
        for (Source source : Source.of(row)) {
            @Nullable UUID after = new UUID(0, 0);
            while (after != null) {
                UUID from = after;
                Chunk chunk = transactions.in(tenant, () -> next(tenant, reports.newest(tenant, run), source, from));
                chunk.changes().stream()
                        .filter(change -> source.kinds.contains(change.change()))
                        .forEach(change -> sums.merge(new Key(change.type(), change.change()), change, Change::plus));
                after = chunk.next();
            }
        }
        return List.copyOf(sums.values());
    }

    private Chunk next(TenantId tenant, RunRow run, Source source, UUID after) {
        List<Change> changes = new ArrayList<>();
        List<Optional<UUID>> ends = jdbc.sql(source.statement())
                .param("tenant", tenant.value())
                .param("run", run.id())
                .param("dispatch", run.dispatch())
                .param("keyList", run.keyList().orElse(null))
                .param("store", run.store())
                .param("generation", run.generation())
                .param("after", after)
                .param("chunk", CHUNK)
                .query((row, n) -> {
                    if (row.getString("change") != null) {
                        changes.add(new Change(
                                row.getString("type"),
                                ChangeKind.valueOf(row.getString("change")),
                                row.getLong("files"),
                                row.getLong("bytes")));
                    }
                    return Optional.ofNullable(row.getLong("rows") < CHUNK ? null : row.getObject("last", UUID.class));
                })
                .list();
        return new Chunk(changes, ends.get(0).orElse(null));
    }

    /** @param next where the next one begins; null: there is none */
    private record Chunk(List<Change> changes, @Nullable UUID next) {}

    private record Key(String type, ChangeKind change) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byType = type.compareTo(other.type);
            return byType != 0 ? byType : change.name().compareTo(other.change.name());
        }
    }

    enum ChangeKind {
        NEW,
        CHANGED,
        MOVED,
        VANISHED
    }

    /** @param type the name's extension in lower case, or empty */
    record Change(String type, ChangeKind change, long files, long bytes) {
        Change plus(Change more) {
            return new Change(type, change, files + more.files, bytes + more.bytes);
        }
    }
}
