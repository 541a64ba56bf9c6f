package dev.quarry.proxy.attempt;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
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
    private final StoreRepository stores;

    AttemptItems(
            TenantTransactions transactions,
            AttemptRows rows,
            AttemptAccess access,
            JdbcClient jdbc,
            JsonMapper json,
            StoreRepository stores) {
        this.transactions = transactions;
        this.rows = rows;
        this.access = access;
        this.jdbc = jdbc;
        this.json = json;
        this.stores = stores;
    }

    /** What an agent sees of an item: never a key or path. */
    record Item(int n, String name, long size, @Nullable Instant modified) {}

    /** Where an item's bytes lie. */
    record Source(UUID store, KeyBytes key, String version, long size) {}

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

    /** What a download needs, all in one transaction. */
    record Download(Source source, Store store) {}

    /**
     * Item n's place in its store, having taken the bytes of the wanted part from the attempt's budget.
     *
     * @param wanted bytes wanted of an item of a given size; may refuse
     * @throws Problem 404 not of this attempt, 410 the attempt is over, 429 budget spent
     */
    Download take(AttemptTokens.Claims claims, int n, LongUnaryOperator wanted) {
        // A crash of the database may give some bytes of the budget back, no more.
        return transactions.losable(claims.tenant(), () -> {
            Source source = source(claims, n);
            long bytes = wanted.applyAsLong(source.size());
            if (!reserve(claims, bytes)) {
                throw new Problem(
                        HttpStatus.TOO_MANY_REQUESTS, "budget_spent", "this attempt has read as many bytes as it may");
            }
            return new Download(source, stores.get(claims.tenant(), source.store()));
        });
    }

    private Source source(AttemptTokens.Claims claims, int n) {
        check(claims);
        return jdbc.sql("""
                        select f.store, f.key, a.version, a.size from quarry.attempt_item a
                        join quarry.file f on f.tenant = a.tenant and f.id = a.file
                        where a.tenant = quarry.tenant() and a.attempt = ? and a.n = ?""")
                .params(claims.attempt(), n)
                .query((row, i) -> new Source(
                        row.getObject("store", UUID.class),
                        KeyBytes.of(row.getBytes("key")),
                        row.getString("version"),
                        row.getLong("size")))
                .optional()
                .orElseThrow(() -> Problem.notFound("item", n));
    }

    private boolean reserve(AttemptTokens.Claims claims, long bytes) {
        return jdbc.sql("""
                                update quarry.job_attempt set bytes_served = bytes_served + :bytes
                                where tenant = quarry.tenant() and id = :id and bytes_served + :bytes <= byte_budget""").param("bytes", bytes).param("id", claims.attempt()).update() == 1;
    }

    /** Keeps the identity of an item's bytes; without it, after a crash, a move is seen as new and deleted. */
    void identified(AttemptTokens.Claims claims, int n, byte[] sha256) {
        transactions.losable(
                claims.tenant(),
                () -> jdbc.sql(
                                "update quarry.attempt_item set content_sha256 = ? where tenant = quarry.tenant() and attempt = ? and n = ?")
                        .params(sha256, claims.attempt(), n)
                        .update());
    }

    /** Refuses if the attempt has been closed since. */
    void recheck(AttemptTokens.Claims claims) {
        transactions.run(claims.tenant(), () -> check(claims));
    }

    private void check(AttemptTokens.Claims claims) {
        access.check(claims, rows::read);
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
