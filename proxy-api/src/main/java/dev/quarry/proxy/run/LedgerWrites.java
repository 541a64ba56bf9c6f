package dev.quarry.proxy.run;

import static dev.quarry.proxy.Columns.bytes;
import static dev.quarry.proxy.Columns.ids;
import static dev.quarry.proxy.Columns.texts;

import dev.quarry.proxy.run.Changes.Child;
import dev.quarry.proxy.run.Changes.Written;
import dev.quarry.proxy.store.DisplayName;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Writes a merge's differences, each kind in one statement. Inside a tenant's transaction. */
@Repository
class LedgerWrites {
    /** What the listing itself concludes has nothing of what was extracted of it before: that is of a file that was let through, or of other bytes. */
    private static final String FILES = """
            with listed as (
              select * from unnest(cast(:folders as uuid[]), :names, :keys, :hashes, :displays, :paths, cast(:sizes as bigint[]), cast(:modified as timestamptz[]),
                                   :versions, :lanes, :outcomes, :reasons, :details, :identities, cast(:parked as boolean[]))
                with ordinality as l (folder, name, key, key_sha256, display, path, size, modified, version, lane, outcome, reason, detail, identity, parked, n)),
            written as (
              insert into quarry.file as f (tenant, id, store, folder, name, key, key_sha256, display, path, size, modified, version, lane, outcome, reason, detail,
                                            generation, first_seen, pending_seq, concluded_version, concluded_extractors, oversized, identity, parked)
              select :tenant, gen_random_uuid(), :store, folder, name, key, key_sha256, display, path, size, modified, version, lane, outcome, reason, detail,
                     :generation, :generation, case when outcome = 'PENDING' and not parked and :dispatch then nextval('quarry.pending_order') end,
                     case when outcome in ('NO_CONTENT', 'FAILED') then version end, case when outcome in ('NO_CONTENT', 'FAILED') then :extractors end,
                     reason is not distinct from 'TOO_LARGE', identity, parked
              from listed order by n
              on conflict (tenant, store, key_sha256) do update set
                folder = excluded.folder, size = excluded.size, modified = excluded.modified, version = excluded.version, lane = excluded.lane,
                outcome = excluded.outcome, reason = excluded.reason, partial = '{}', detail = excluded.detail, oversized = excluded.oversized, media_type = null, content_sha256 = null,
                content_type = case when f.version = excluded.version then coalesce(f.content_type, f.media_type) end, generation = excluded.generation,
                pending_seq = excluded.pending_seq, unit = null, vanished_generation = null, identity = excluded.identity, parked = excluded.parked,
                concluded_version = coalesce(excluded.concluded_version, f.concluded_version),
                concluded_extractors = coalesce(excluded.concluded_extractors, f.concluded_extractors)
              returning id, display, path, outcome),
            found as (
              insert into quarry.search_document (tenant, file, store, display, path, words)
              select :tenant, id, :store, display, path, quarry.name_words(path) from written where outcome = 'NO_CONTENT'
              on conflict (tenant, file) do update set media_type = null, words = excluded.words),
            replaced as (
              delete from quarry.extraction where tenant = :tenant and counts and file = any (array(select id from written where outcome <> 'PENDING')) returning id),
            segments as (delete from quarry.segment where tenant = :tenant and extraction in (select id from replaced)),
            artifacts as (delete from quarry.artifact where tenant = :tenant and extraction in (select id from replaced))
            delete from quarry.search_document where tenant = :tenant and file in (select id from written where outcome in ('FILTERED', 'FAILED'))""";

    private static final String FOLDERS = """
            with listed as (
              select * from unnest(cast(:parents as uuid[]), :paths, :hashes, :names, :displays) with ordinality as l (parent, path, path_sha256, name, display, n)),
            added as (
              insert into quarry.folder (tenant, id, store, parent, path, path_sha256, name, display)
              select :tenant, gen_random_uuid(), :store, parent, path, path_sha256, name, display from listed l
              where not exists (select from quarry.folder f where f.tenant = :tenant and f.store = :store and f.path_sha256 = l.path_sha256)
              returning id, path_sha256),
            back as (
              update quarry.folder f set vanished_generation = null, parent = l.parent from listed l
              where f.tenant = :tenant and f.store = :store and f.path_sha256 = l.path_sha256 and (f.vanished_generation is not null or f.parent <> l.parent))
            insert into quarry.scope (tenant, run, folder, state)
            select :tenant, :run, coalesce(a.id, f.id), 'OPEN' from listed l
            left join added a on a.path_sha256 = l.path_sha256
            left join quarry.folder f on f.tenant = :tenant and f.store = :store and f.path_sha256 = l.path_sha256
            order by l.n
            on conflict (tenant, run, folder, begins) do nothing""";

    private static final String MARK_FILES =
            "update quarry.file set vanished_generation = cast(:generation as int) where tenant = :tenant and id = any (cast(:ids as uuid[]))";

    /** Buckets list a folder by its name and a slash, so it may come with a later page than its name; or with an earlier one, of another range. */
    private static final String MARK_FOLDERS = """
            update quarry.folder f set vanished_generation = cast(:generation as int)
            where f.tenant = :tenant and f.id = any (cast(:ids as uuid[]))
              and not exists (select from quarry.scope s where s.tenant = f.tenant and s.run = :run and s.folder = f.id)""";

    private final JdbcClient jdbc;

    LedgerWrites(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param known identities that files of the ledger have: new files with one of them are parked until the listing is complete */
    void write(TenantId tenant, RunRow run, Changes changes, Set<Identity> known) {
        files(tenant, run, changes.written, known);
        folders(tenant, run, changes.folders);
        mark(MARK_FILES, tenant, run, run.generation(), changes.vanished);
        mark(MARK_FILES, tenant, run, null, changes.reappeared);
        mark(MARK_FOLDERS, tenant, run, run.generation(), changes.vanishedFolders);
    }

    private void files(TenantId tenant, RunRow run, List<Written> rows, Set<Identity> known) {
        if (rows.isEmpty()) {
            return;
        }
        List<KeyBytes> keys =
                rows.stream().map(row -> row.path().child(row.entry().name())).toList();
        jdbc.sql(FILES)
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("generation", run.generation())
                .param("extractors", run.extractorSet())
                .param("folders", texts(rows, row -> row.folder().toString()))
                .param("names", bytes(rows, row -> row.entry().name().bytes()))
                .param("keys", bytes(keys, KeyBytes::bytes))
                .param("hashes", bytes(keys, KeyBytes::sha256))
                .param("displays", texts(rows, row -> display(row.entry().name())))
                .param("paths", texts(keys, DisplayName::of))
                .param("sizes", texts(rows, row -> Long.toString(row.entry().size())))
                .param("modified", texts(rows, row -> row.entry().modified().toString()))
                .param("versions", texts(rows, row -> row.entry().version()))
                .param("lanes", texts(rows, row -> row.verdict().lane()))
                .param("outcomes", texts(rows, row -> row.verdict().outcome()))
                .param("reasons", texts(rows, row -> row.verdict().reason()))
                .param("details", texts(rows, row -> row.verdict().detail()))
                .param("identities", texts(rows, row -> row.entry().identity()))
                .param("parked", texts(rows, row -> Boolean.toString(isParked(row, known))))
                .param("dispatch", run.dispatch())
                .update();
    }

    private static boolean isParked(Written row, Set<Identity> known) {
        return row.mayBeMoved() && known.contains(row.identity());
    }

    private void folders(TenantId tenant, RunRow run, List<Child> children) {
        if (children.isEmpty()) {
            return;
        }
        jdbc.sql(FOLDERS)
                .param("tenant", tenant.value())
                .param("store", run.store())
                .param("run", run.id())
                .param("parents", texts(children, child -> child.parent().toString()))
                .param("paths", bytes(children, child -> child.path().bytes()))
                .param("hashes", bytes(children, child -> child.path().sha256()))
                .param("names", bytes(children, child -> child.name().bytes()))
                .param("displays", texts(children, child -> display(child.name())))
                .update();
    }

    private void mark(String sql, TenantId tenant, RunRow run, @Nullable Integer generation, List<UUID> ids) {
        if (!ids.isEmpty()) {
            jdbc.sql(sql)
                    .param("tenant", tenant.value())
                    .param("run", run.id())
                    .param("generation", generation)
                    .param("ids", ids(ids))
                    .update();
        }
    }

    /** In a bucket a name can be empty, which nobody could see or point at. */
    private static String display(KeyBytes name) {
        return name.isEmpty() ? "/" : DisplayName.of(name);
    }
}
