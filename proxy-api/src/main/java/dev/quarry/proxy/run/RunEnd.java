package dev.quarry.proxy.run;

import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The last step of a run, however it ends: its books are balanced, and what does not add up raises an alarm. */
@Component
class RunEnd {
    private static final Logger LOG = LoggerFactory.getLogger(RunEnd.class);

    private final TenantTransactions transactions;
    private final RunRepository runs;
    private final Books books;
    private final JdbcClient jdbc;

    RunEnd(TenantTransactions transactions, RunRepository runs, Books books, JdbcClient jdbc) {
        this.transactions = transactions;
        this.runs = runs;
        this.books = books;
        this.jdbc = jdbc;
    }

    /** From CLOSING to this state, once. False if time ran out before the books were balanced: the next call goes on. */
    boolean end(TenantId tenant, UUID run, RunState state, Instant deadline) {
        RunRow closing = transactions.in(tenant, () -> runs.get(tenant, run));
        Optional<Books.Balance> balance = books.balance(tenant, closing, state, deadline);
        balance.ifPresent(made -> transactions.run(tenant, () -> {
            if (runs.lock(tenant, run).state() == RunState.CLOSING) {
                made.wrong().ifPresent(what -> raise(tenant, closing, what));
                runs.end(tenant, run, state, made.wrong());
            }
        }));
        return balance.isPresent();
    }

    private void raise(TenantId tenant, RunRow run, String imbalance) {
        LOG.error("run {} of generation {} does not add up: {}", run.id(), run.generation(), imbalance);
        jdbc.sql("""
                        insert into quarry.alarm (tenant, id, kind, run, detail)
                        values (:tenant, gen_random_uuid(), 'UNBALANCED', :run, :detail)""")
                .param("tenant", tenant.value())
                .param("run", run.id())
                .param("detail", imbalance)
                .update();
    }
}
