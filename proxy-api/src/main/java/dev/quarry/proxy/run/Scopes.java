package dev.quarry.proxy.run;

import static dev.quarry.proxy.Columns.bytes;
import static dev.quarry.proxy.Columns.texts;

import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.run.ScopePage.ScopeId;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Ranges of a run's listing and their cursors. Inside a tenant's transaction. */
@Repository
class Scopes {
    /** Joins a file f with the scope s that its name lies in, if its folder was listed. */
    static final String OF_FILE = """
            left join quarry.scope s on s.tenant = f.tenant and s.run = :run and s.folder = f.folder
              and (s.begins = '' or s.begins < f.name) and (s.until is null or s.until >= f.name)
            """;

    /** Joins a folder f with the scope s that proves whether it is there: where folders are split, they are sorted with their slash. */
    static final String OF_FOLDER = """
            join quarry.scope s on s.tenant = f.tenant and s.run = :run and s.folder = f.parent
              and (s.begins = '' or s.begins < f.name || '\\x2f') and (s.until is null or s.until >= f.name || '\\x2f')
            """;

    private static final String LOCK = """
            select 1 from quarry.scope s
            join unnest(cast(:folders as uuid[]), :begins) as p (folder, begins) on s.folder = p.folder and s.begins = p.begins
            where s.tenant = :tenant and s.run = :run order by s.folder, s.begins for update of s""";

    private static final String ADVANCE = """
            update quarry.scope s set state = p.state, after = coalesce(p.after, s.after), pages = s.pages + 1, entries = s.entries + p.files, reason = p.reason,
              first_name = coalesce(s.first_name, p.first), last_name = coalesce(p.last, s.last_name),
              probed_pages = case when p.probed then s.pages + 1 else s.probed_pages end, until = coalesce(p.pivot, s.until)
            from unnest(cast(:folders as uuid[]), :begins, :states, :afters, cast(:pages as int[]), cast(:files as int[]), :reasons, :firsts, :lasts,
                        cast(:probed as boolean[]), :pivots)
              as p (folder, begins, state, after, pages, files, reason, first, last, probed, pivot)
            where s.tenant = :tenant and s.run = :run and s.folder = p.folder and s.begins = p.begins and s.state = 'OPEN' and s.pages = p.pages""";

    private static final String SPLIT = """
            insert into quarry.scope (tenant, run, folder, begins, after, until, state)
            select :tenant, :run, folder, pivot, pivot, until, 'OPEN' from unnest(cast(:folders as uuid[]), :pivots, :untils) as p (folder, pivot, until)""";

    private final JdbcClient jdbc;

    Scopes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<OpenScope> open(TenantId tenant, UUID run, int max) {
        return jdbc.sql("""
                        select s.folder, s.begins, f.path, s.after, s.until, s.pages, s.probed_pages from quarry.scope s
                        join quarry.folder f on f.tenant = s.tenant and f.id = s.folder
                        where s.tenant = ? and s.run = ? and s.state = 'OPEN' order by s.seq limit ?""")
                .params(tenant.value(), run, max)
                .query((row, n) -> new OpenScope(
                        new ScopeId(row.getObject("folder", UUID.class), KeyBytes.of(row.getBytes("begins"))),
                        KeyBytes.of(row.getBytes("path")),
                        name(row.getBytes("after")),
                        name(row.getBytes("until")),
                        row.getInt("pages"),
                        row.getInt("probed_pages")))
                .list();
    }

    private static Optional<KeyBytes> name(byte @Nullable [] bytes) {
        return Optional.ofNullable(bytes).map(KeyBytes::of);
    }

    /** Moves all cursors and splits what is to be split, or says that somebody else moved one of them. */
    boolean advance(TenantId tenant, UUID run, List<ScopePage> pages) {
        // In one order, so that two callers wait for instead of deadlocking each other.
        of(LOCK, tenant, run, pages).query(Integer.class).list();
        int moved = of(ADVANCE, tenant, run, pages)
                .param("states", texts(pages, ScopePage::state))
                .param("afters", names(pages, page -> page.listing().next()))
                .param(
                        "pages",
                        texts(pages, page -> Integer.toString(page.scope().pages())))
                .param(
                        "files",
                        texts(
                                pages,
                                page -> Integer.toString(page.listing().files().size())))
                .param("reasons", texts(pages, page -> page.failure().orElse(null)))
                .param("firsts", names(pages, ScopePage::first))
                .param("lasts", names(pages, ScopePage::last))
                .param("probed", texts(pages, page -> Boolean.toString(page.probed())))
                .param("pivots", names(pages, ScopePage::pivot))
                .update();
        if (moved == pages.size()) {
            split(
                    tenant,
                    run,
                    pages.stream().filter(page -> page.pivot().isPresent()).toList());
        }
        return moved == pages.size();
    }

    /** The second parts; the first ones end at their pivots now. */
    private void split(TenantId tenant, UUID run, List<ScopePage> pages) {
        if (!pages.isEmpty()) {
            jdbc.sql(SPLIT)
                    .param("tenant", tenant.value())
                    .param("run", run)
                    .param("folders", texts(pages, page -> page.folder().toString()))
                    .param("pivots", names(pages, ScopePage::pivot))
                    .param("untils", names(pages, page -> page.scope().until()))
                    .update();
        }
    }

    private JdbcClient.StatementSpec of(String sql, TenantId tenant, UUID run, List<ScopePage> pages) {
        return jdbc.sql(sql)
                .param("tenant", tenant.value())
                .param("run", run)
                .param("folders", texts(pages, page -> page.folder().toString()))
                .param(
                        "begins",
                        names(pages, page -> Optional.of(page.scope().id().begins())));
    }

    private static byte[][] names(List<ScopePage> pages, Function<ScopePage, Optional<KeyBytes>> name) {
        return bytes(pages, page -> name.apply(page).map(KeyBytes::bytes).orElse(null));
    }
}
