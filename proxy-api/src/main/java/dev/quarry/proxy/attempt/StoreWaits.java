package dev.quarry.proxy.attempt;

import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Says of a run that it waits for its store, since when and why: workers and agents try again until the store answers, which people must see. */
@Component
public class StoreWaits {
    /** The code of a problem that means so. */
    public static final String STORE_AWAY = "store_away";

    private static final int MOST_CHARS = 500;

    private final TenantTransactions transactions;
    private final JdbcClient jdbc;

    StoreWaits(TenantTransactions transactions, JdbcClient jdbc) {
        this.transactions = transactions;
        this.jdbc = jdbc;
    }

    /** The store did not answer. A store that is away fails many calls at once: what was told in the last second is enough. */
    public void begun(TenantId tenant, UUID run, String why) {
        transactions.losable(
                tenant,
                () -> jdbc.sql("""
                        update quarry.run set waits_since = coalesce(waits_since, now()), waits_at = now(), waits_for = :why
                        where tenant = quarry.tenant() and id = :run and state in ('LIVE', 'CLOSING')
                          and (waits_at is null or waits_at < now() - interval '1 second')""")
                        .param("why", why.substring(0, Math.min(why.length(), MOST_CHARS)))
                        .param("run", run)
                        .update());
    }

    /** It answers. */
    void over(TenantId tenant, UUID run) {
        transactions.losable(tenant, () -> jdbc.sql("""
                        update quarry.run set waits_since = null, waits_at = null, waits_for = null
                        where tenant = quarry.tenant() and id = ? and waits_since is not null""").param(run).update());
    }
}
