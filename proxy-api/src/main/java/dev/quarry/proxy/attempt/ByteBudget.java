package dev.quarry.proxy.attempt;

import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantTransactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * What an attempt may still read. Bytes are taken before they are sent, a piece at a time, so that no number of requests at once gets more; what a
 * response did not send is given back. If this process dies meanwhile, a piece of each open download is lost, whatever the item's size.
 */
@Component
class ByteBudget {
    private static final Logger LOG = LoggerFactory.getLogger(ByteBudget.class);
    private static final long PIECE = 64L << 20;

    private final TenantTransactions transactions;
    private final JdbcClient jdbc;

    ByteBudget(TenantTransactions transactions, JdbcClient jdbc) {
        this.transactions = transactions;
        this.jdbc = jdbc;
    }

    /**
     * The first piece of a response of this many bytes. Inside a tenant's transaction.
     *
     * @throws Problem 429 if there are not as many left
     */
    Spending open(AttemptTokens.Claims claims, long wanted) {
        long piece = Math.min(PIECE, wanted);
        take(claims, piece, wanted);
        return new Spending(this, claims, piece, wanted - piece);
    }

    /** The next one, of which at least {@code least} is needed now. @throws Problem 429 if there is none */
    long more(AttemptTokens.Claims claims, long least, long wanted) {
        long piece = Math.max(least, Math.min(PIECE, wanted));
        // A crash of the database may give some bytes of the budget back, no more.
        transactions.losable(claims.tenant(), () -> take(claims, piece, piece));
        return piece;
    }

    private boolean take(AttemptTokens.Claims claims, long bytes, long wanted) {
        int taken = jdbc.sql("""
                        update quarry.job_attempt set bytes_served = bytes_served + :bytes
                        where tenant = quarry.tenant() and id = :id and bytes_served + :wanted <= byte_budget""")
                .param("bytes", bytes)
                .param("wanted", wanted)
                .param("id", claims.attempt())
                .update();
        if (taken == 0) {
            throw new Problem(
                    HttpStatus.TOO_MANY_REQUESTS, "budget_spent", "this attempt has read as many bytes as it may");
        }
        return true;
    }

    /** Not repeated: a reply that was lost must not give them back twice. */
    void giveBack(AttemptTokens.Claims claims, long bytes) {
        try {
            transactions.losable(
                    claims.tenant(),
                    () -> jdbc.sql("""
                            update quarry.job_attempt set bytes_served = bytes_served - :bytes
                            where tenant = quarry.tenant() and id = :id""")
                            .param("bytes", bytes)
                            .param("id", claims.attempt())
                            .update());
        } catch (DataAccessException | TransactionException away) {
            LOG.warn("attempt {} lost {} bytes of its budget: {}", claims.attempt(), bytes, away.getMessage());
        }
    }
}
