package dev.quarry.proxy.attempt;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.sql.Types;
import java.util.UUID;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the database knows of an item's download: where its bytes lie, what it may take, and what the bytes turned out to be. */
@Component
class ItemDownloads {
    private final TenantTransactions transactions;
    private final AttemptItems items;
    private final StoreRepository stores;
    private final ByteBudget budget;
    private final JdbcClient jdbc;

    ItemDownloads(
            TenantTransactions transactions,
            AttemptItems items,
            StoreRepository stores,
            ByteBudget budget,
            JdbcClient jdbc) {
        this.transactions = transactions;
        this.items = items;
        this.stores = stores;
        this.budget = budget;
        this.jdbc = jdbc;
    }

    /**
     * What a download needs.
     *
     * @param waits the run is said to wait for its store
     * @param spending to be closed once all is sent, or nothing will be
     */
    record Download(AttemptItems.Source source, Store store, UUID run, boolean waits, Spending spending) {}

    /**
     * Item n's place in its store, having taken bytes for the wanted part from the attempt's budget. All in one transaction.
     *
     * @param wanted bytes wanted of an item of a given size; may refuse
     * @throws Problem 403 filtered, 404 not of this attempt, 410 the attempt is over, 429 budget spent
     */
    Download take(AttemptTokens.Claims claims, int n, LongUnaryOperator wanted) {
        // A crash of the database may give some bytes of the budget back, no more.
        return transactions.losable(claims.tenant(), () -> {
            AttemptItems.Source source = items.source(claims, n);
            if (source.filteredBy() != null) {
                throw filtered();
            }
            long bytes = wanted.applyAsLong(source.size());
            Store store = stores.get(claims.tenant(), source.store());
            Reading reading = reading(claims);
            return new Download(source, store, reading.run(), reading.waits(), budget.open(claims, bytes));
        });
    }

    private record Reading(UUID run, boolean waits) {}

    private Reading reading(AttemptTokens.Claims claims) {
        return jdbc.sql("""
                        select a.run, r.waits_since is not null as waits from quarry.job_attempt a
                        join quarry.run r on r.tenant = a.tenant and r.id = a.run where a.tenant = quarry.tenant() and a.id = ?""")
                .param(claims.attempt())
                .query((row, i) -> new Reading(row.getObject("run", UUID.class), row.getBoolean("waits")))
                .single();
    }

    /**
     * Keeps what the content is, before any of it is sent: also of a download that breaks off and goes on.
     *
     * @param rule that it breaks, so that it ends FILTERED; null: none
     */
    void typed(AttemptTokens.Claims claims, int n, String contentType, @Nullable String rule) {
        transactions.run(
                claims.tenant(),
                () -> jdbc.sql("""
                        update quarry.attempt_item set content_type = :type, filtered_by = :rule
                        where tenant = quarry.tenant() and attempt = :attempt and n = :n and done_at is null""")
                        .param("type", contentType)
                        .param("rule", rule, Types.VARCHAR)
                        .param("attempt", claims.attempt())
                        .param("n", n)
                        .update());
    }

    /** Keeps what an item's bytes are, once all have passed; without it, after a crash, a move is seen as new and deleted. */
    void identified(AttemptTokens.Claims claims, int n, byte[] sha256) {
        transactions.losable(
                claims.tenant(),
                () -> jdbc.sql("""
                        update quarry.attempt_item set content_sha256 = :sha256
                        where tenant = quarry.tenant() and attempt = :attempt and n = :n""")
                        .param("sha256", sha256)
                        .param("attempt", claims.attempt())
                        .param("n", n)
                        .update());
    }

    /** The same whichever rule it is: an agent knows nothing of a store's filters. */
    static Problem filtered() {
        return new Problem(
                HttpStatus.FORBIDDEN, "filtered", "the store's filters rule out what it holds: report it as FILTERED");
    }
}
