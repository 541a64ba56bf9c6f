package dev.quarry.proxy.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class LosableTransactionsTest {
    private final TenantTransactions transactions = RunningApi.shared().bean(TenantTransactions.class);
    private final JdbcClient jdbc = RunningApi.shared().bean(JdbcClient.class);
    private final TenantId tenant = new TenantId(UUID.randomUUID());

    @Test
    void onlyALosableTransactionDoesNotWaitForTheDisk() {
        assertThat(transactions.losable(tenant, this::synchronousCommit)).isEqualTo("off");
        assertThat(transactions.in(tenant, this::synchronousCommit)).isEqualTo("on");
    }

    @Test
    void itNeverJoinsATransactionThatMustLast() {
        assertThatThrownBy(() -> transactions.in(tenant, () -> transactions.losable(tenant, this::synchronousCommit)))
                .isInstanceOf(IllegalStateException.class);
    }

    private String synchronousCommit() {
        return jdbc.sql("select current_setting('synchronous_commit')")
                .query(String.class)
                .single();
    }
}
