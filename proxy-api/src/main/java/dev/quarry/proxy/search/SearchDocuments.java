package dev.quarry.proxy.search;

import static dev.quarry.proxy.Columns.ids;

import dev.quarry.proxy.tenant.TenantId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The search rows, through the function that may use their index, and excerpts of hits. Inside a tenant's transaction. */
@Repository
class SearchDocuments {
    /** Looked at for an excerpt: an excerpt of all hits must not take longer than the search. */
    private static final int EXCERPT_CHARS = 100_000;

    private static final String HEADLINE =
            "StartSel=\"\u0002\", StopSel=\"\u0003\", MaxFragments=2, MinWords=6, MaxWords=18, FragmentDelimiter=\" ... \"";

    private final JdbcClient jdbc;

    SearchDocuments(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Best first among the first 1,000 found. */
    List<Hit> search(String query, Collection<UUID> stores, int limit) {
        return jdbc.sql(
                        "select file, store, display, path, media_type from quarry.search(:query, cast(:stores as uuid[]), :limit)")
                .param("query", query)
                .param("stores", ids(stores))
                .param("limit", limit)
                .query((row, n) -> new Hit(
                        row.getObject("file", UUID.class),
                        row.getObject("store", UUID.class),
                        row.getString("display"),
                        row.getString("path"),
                        row.getString("media_type")))
                .list();
    }

    /** For those of the files whose extracted text matches near its beginning. */
    Map<UUID, String> excerpts(TenantId tenant, String query, List<UUID> files) {
        Map<UUID, String> excerpts = new HashMap<>();
        jdbc.sql("""
                        select e.file, x.excerpt from unnest(cast(:files as uuid[])) as h (file)
                        join quarry.file f on f.tenant = :tenant and f.id = h.file
                        join quarry.extraction e on e.tenant = :tenant and e.file = h.file and e.counts and e.version = f.concluded_version and e.text <> ''
                        cross join lateral (select translate(left(e.text, :chars), chr(2) || chr(3), '') as body) b
                        cross join lateral (select ts_headline('simple', b.body, quarry.query_of(:query), :options) as written) w
                        cross join lateral (
                          select case when strpos(w.written, chr(2)) > 0 then w.written
                                      else ts_headline('simple', quarry.apart(b.body), quarry.query_of(:query), :options) end as excerpt) x
                        where strpos(x.excerpt, chr(2)) > 0
                        order by e.file, length(e.text) desc""")
                .param("files", ids(files))
                .param("tenant", tenant.value())
                .param("chars", EXCERPT_CHARS)
                .param("query", query)
                .param("options", HEADLINE)
                .query(row -> {
                    excerpts.putIfAbsent(row.getObject("file", UUID.class), row.getString("excerpt"));
                });
        return excerpts;
    }

    record Hit(
            UUID file,
            UUID store,
            String name,
            String path,
            @Nullable String mediaType) {}
}
