package dev.quarry.proxy.attempt;

import dev.quarry.proxy.lane.Lanes;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How much an attempt may record, by its items: far more than extractors make of them, and no more. Counted after the fact, so that writers of one attempt do not
 * wait for each other; what it has under way at once may come on top.
 */
@Component
class RecordingBudget {
    private static final long ROWS = 300_000;
    private static final long ROWS_OF_AN_ITEM = 10_000;
    private static final long BYTES_OF_AN_ITEM = 16 * 1024 * 1024;

    private final TenantTransactions transactions;
    private final Lanes lanes;
    private final JdbcClient jdbc;

    RecordingBudget(TenantTransactions transactions, Lanes lanes, JdbcClient jdbc) {
        this.transactions = transactions;
        this.lanes = lanes;
        this.jdbc = jdbc;
    }

    private record Spent(String lane, int items, long rows, long bytes, long byteBudget) {
        boolean isOver() {
            return rows > ROWS + items * ROWS_OF_AN_ITEM || bytes > byteBudget + items * BYTES_OF_AN_ITEM;
        }
    }

    /**
     * The extractors whose results the attempt may record: those of its lane.
     *
     * @throws Problem 413 over_budget if it has recorded more than its items can make
     */
    Set<String> extractors(AttemptTokens.Claims claims) {
        Spent spent = transactions.in(claims.tenant(), () -> spent(claims));
        if (spent.isOver()) {
            throw new Problem(
                    HttpStatus.PAYLOAD_TOO_LARGE,
                    "over_budget",
                    "the attempt has recorded " + spent.rows() + " rows and " + spent.bytes()
                            + " bytes, more than its items can make; nothing more is taken");
        }
        return Set.copyOf(lanes.byName(spent.lane()).extractors());
    }

    private Spent spent(AttemptTokens.Claims claims) {
        return jdbc.sql("""
                        select u.lane, (select count(*) from quarry.attempt_item i where i.tenant = quarry.tenant() and i.attempt = a.id) as items,
                          a.rows_recorded, a.bytes_recorded, a.byte_budget
                        from quarry.job_attempt a join quarry.unit u on u.tenant = a.tenant and u.id = a.unit
                        where a.tenant = quarry.tenant() and a.id = ?""")
                .param(claims.attempt())
                .query((row, i) -> new Spent(
                        row.getString("lane"),
                        row.getInt("items"),
                        row.getLong("rows_recorded"),
                        row.getLong("bytes_recorded"),
                        row.getLong("byte_budget")))
                .optional()
                .orElseThrow(() -> Problem.notFound("attempt", claims.attempt()));
    }

    /** Results or an artifact came; also a sign of life. Not inside the writing, which holds a shared lock of the row. */
    void recorded(AttemptTokens.Claims claims, long rows, long bytes) {
        transactions.run(
                claims.tenant(),
                () -> jdbc.sql("""
                        update quarry.job_attempt set heard_at = now(), rows_recorded = rows_recorded + ?, bytes_recorded = bytes_recorded + ?
                        where tenant = quarry.tenant() and id = ? and state = 'RUNNING'""").params(rows, bytes, claims.attempt()).update());
    }
}
