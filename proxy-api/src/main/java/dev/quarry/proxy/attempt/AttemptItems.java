package dev.quarry.proxy.attempt;

import dev.quarry.proxy.filter.ContentTypes;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The items of an attempt, as its agent may see them and as the API itself must know them. */
@Component
class AttemptItems {
    private static final int MAX_NAME = 255;

    private final TenantTransactions transactions;
    private final AttemptRows rows;
    private final AttemptAccess access;
    private final JdbcClient jdbc;
    private final JsonMapper json;

    AttemptItems(
            TenantTransactions transactions, AttemptRows rows, AttemptAccess access, JdbcClient jdbc, JsonMapper json) {
        this.transactions = transactions;
        this.rows = rows;
        this.access = access;
        this.jdbc = jdbc;
        this.json = json;
    }

    /** What an agent sees of an item: never a key or path. */
    record Item(int n, String name, long size, @Nullable Instant modified) {}

    /**
     * Where an item's bytes lie.
     *
     * @param name cleaned
     * @param types that the store's filters let through
     * @param contentType what its first bytes are, once they were asked for
     * @param filteredBy the rule by which its content was refused before
     */
    record Source(
            UUID store,
            KeyBytes key,
            String name,
            String version,
            long size,
            ContentTypes types,
            @Nullable String contentType,
            @Nullable String filteredBy) {}

    String ndjson(AttemptTokens.Claims claims) {
        return transactions.in(claims.tenant(), () -> {
            check(claims);
            StringBuilder lines = new StringBuilder();
            jdbc.sql("""
                            select a.n, f.display, a.size, f.modified from quarry.attempt_item a
                            join quarry.file f on f.tenant = a.tenant and f.id = a.file
                            where a.tenant = quarry.tenant() and a.attempt = ? order by a.n""").param(claims.attempt()).query(AttemptItems::item).stream()
                    .forEach(item -> lines.append(json.writeValueAsString(item)).append('\n'));
            return lines.toString();
        });
    }

    /** 404 if the item is not of this attempt, 410 if the attempt is over. */
    void require(AttemptTokens.Claims claims, int n) {
        transactions.run(claims.tenant(), () -> source(claims, n));
    }

    /** Inside a tenant's transaction. @throws Problem 404 if the item is not of this attempt, 410 if the attempt is over */
    Source source(AttemptTokens.Claims claims, int n) {
        check(claims);
        return jdbc.sql("""
                        select f.store, f.key, f.display, a.version, a.size, a.content_type, a.filtered_by,
                          array(select jsonb_array_elements_text(s.settings -> 'includeContentTypes')) as included,
                          array(select jsonb_array_elements_text(s.settings -> 'excludeContentTypes')) as excluded
                        from quarry.attempt_item a
                        join quarry.file f on f.tenant = a.tenant and f.id = a.file
                        left join quarry.store_filter s on s.tenant = f.tenant and s.store = f.store
                        where a.tenant = quarry.tenant() and a.attempt = ? and a.n = ?""")
                .params(claims.attempt(), n)
                .query(AttemptItems::sourceOf)
                .optional()
                .orElseThrow(() -> Problem.notFound("item", n));
    }

    /** Refuses if the attempt has been closed since. */
    void recheck(AttemptTokens.Claims claims) {
        transactions.run(claims.tenant(), () -> check(claims));
    }

    private void check(AttemptTokens.Claims claims) {
        access.check(claims, rows::read);
    }

    private static Source sourceOf(ResultSet row, int i) throws SQLException {
        return new Source(
                row.getObject("store", UUID.class),
                KeyBytes.of(row.getBytes("key")),
                row.getString("display"),
                row.getString("version"),
                row.getLong("size"),
                ContentTypes.of(List.of((String[]) row.getArray("included").getArray()), List.of((String[])
                        row.getArray("excluded").getArray())),
                row.getString("content_type"),
                row.getString("filtered_by"));
    }

    private static Item item(ResultSet row, int i) throws SQLException {
        String display = row.getString("display");
        OffsetDateTime modified = row.getObject("modified", OffsetDateTime.class);
        return new Item(
                row.getInt("n"),
                // the end of a name tells its type
                display.length() <= MAX_NAME ? display : display.substring(display.length() - MAX_NAME),
                row.getLong("size"),
                modified == null ? null : modified.toInstant());
    }
}
