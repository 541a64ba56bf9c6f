package dev.quarry.proxy.run;

import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Cursors of a run's listing. Inside a tenant's transaction. */
@Repository
class Scopes {
    private final JdbcClient jdbc;

    Scopes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<OpenScope> open(TenantId tenant, UUID run, int max) {
        return jdbc.sql("""
                        select s.folder, f.path, s.after, s.pages from quarry.scope s
                        join quarry.folder f on f.tenant = s.tenant and f.id = s.folder
                        where s.tenant = ? and s.run = ? and s.state = 'OPEN' order by s.seq limit ?""")
                .params(tenant.value(), run, max)
                .query((row, n) -> new OpenScope(
                        row.getObject("folder", UUID.class),
                        KeyBytes.of(row.getBytes("path")),
                        Optional.ofNullable(row.getBytes("after")).map(KeyBytes::of),
                        row.getInt("pages")))
                .list();
    }

    /** Moves all cursors, or says that somebody else moved one of them. */
    boolean advance(TenantId tenant, UUID run, List<ScopePage> pages) {
        String[] folders = pages.stream().map(page -> page.folder().toString()).toArray(String[]::new);
        // In one order, so that two callers wait for instead of deadlocking each other.
        jdbc.sql("""
                        select 1 from quarry.scope where tenant = :tenant and run = :run and folder = any (cast(:folders as uuid[]))
                        order by folder for update""")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("folders", folders)
                .query(Integer.class)
                .list();
        int moved = jdbc.sql("""
                        update quarry.scope s set state = p.state, after = coalesce(p.after, s.after), pages = s.pages + 1, entries = s.entries + p.files, reason = p.reason,
                          first_name = coalesce(s.first_name, p.first), last_name = coalesce(p.last, s.last_name)
                        from unnest(cast(:folders as uuid[]), :states, :afters, cast(:pages as int[]), cast(:files as int[]), :reasons, :firsts, :lasts)
                          as p (folder, state, after, pages, files, reason, first, last)
                        where s.tenant = :tenant and s.run = :run and s.folder = p.folder and s.state = 'OPEN' and s.pages = p.pages""")
                .param("tenant", tenant.value())
                .param("run", run)
                .param("folders", folders)
                .param("states", pages.stream().map(ScopePage::state).toArray(String[]::new))
                .param(
                        "afters",
                        pages.stream()
                                .map(page -> page.listing()
                                        .next()
                                        .map(KeyBytes::bytes)
                                        .orElse(null))
                                .toArray(byte[][]::new))
                .param(
                        "pages",
                        pages.stream()
                                .map(page -> Integer.toString(page.pages()))
                                .toArray(String[]::new))
                .param(
                        "files",
                        pages.stream()
                                .map(page ->
                                        Integer.toString(page.listing().files().size()))
                                .toArray(String[]::new))
                .param(
                        "reasons",
                        pages.stream().map(page -> page.failure().orElse(null)).toArray(String[]::new))
                .param("firsts", names(pages, ScopePage::first))
                .param("lasts", names(pages, ScopePage::last))
                .update();
        return moved == pages.size();
    }

    private static byte[][] names(List<ScopePage> pages, Function<ScopePage, Optional<KeyBytes>> name) {
        return pages.stream()
                .map(page -> name.apply(page).map(KeyBytes::bytes).orElse(null))
                .toArray(byte[][]::new);
    }
}
