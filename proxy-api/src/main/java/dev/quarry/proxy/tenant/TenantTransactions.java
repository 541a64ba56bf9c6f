package dev.quarry.proxy.tenant;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Transactions that see one tenant, and of its stores those that the caller may see: row-level security reads the settings that are made here and that end
 * with the transaction. Joins a transaction under way. No call to a store, a scheduler or another service inside.
 */
@Component
public class TenantTransactions {
    private final TransactionTemplate transactions;
    private final JdbcClient jdbc;

    public TenantTransactions(PlatformTransactionManager manager, JdbcClient jdbc) {
        this.transactions = new TransactionTemplate(manager);
        this.jdbc = jdbc;
    }

    public <T extends @Nullable Object> T in(TenantId tenant, Supplier<T> work) {
        return in(tenant, "on", work);
    }

    /** Does not wait for the disk: for what may be lost if the database crashes in the next moment, and nothing else. Never inside another transaction. */
    public <T extends @Nullable Object> T losable(TenantId tenant, Supplier<T> work) {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("a losable transaction would make the one around it losable too");
        }
        return in(tenant, "off", work);
    }

    private <T extends @Nullable Object> T in(TenantId tenant, String synchronousCommit, Supplier<T> work) {
        // TransactionTemplate declares its result nullable; it is whatever the work returns.
        @SuppressWarnings("NullAway")
        T result = transactions.execute(status -> {
            jdbc.sql(
                            "select set_config('quarry.tenant', ?, true), set_config('quarry.stores', ?, true), set_config('synchronous_commit', ?, true)")
                    .params(tenant.toString(), StoreAccess.ofThisRequest().setting(), synchronousCommit)
                    .query((row, i) -> row.getString(1))
                    .single();
            return work.get();
        });
        return result;
    }

    public void run(TenantId tenant, Runnable work) {
        in(tenant, () -> {
            work.run();
            return Boolean.TRUE;
        });
    }
}
