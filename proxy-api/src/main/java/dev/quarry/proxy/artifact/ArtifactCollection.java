package dev.quarry.proxy.artifact;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Deletes artifacts' bytes that no row names any more: of aborted attempts, deleted files, replaced results. On a thread of its own, since it may take long. Safe
 * for several processes at once.
 */
@Component
public class ArtifactCollection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArtifactCollection.class);
    private static final Duration AFTER_START = Duration.ofMinutes(10);

    private final ArtifactStore artifacts;
    private final TenantLookup tenants;
    private final TenantTransactions transactions;
    private final JdbcClient jdbc;
    private final Duration grace;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(sweep -> {
        Thread daemon = new Thread(sweep, "quarry-artifact-sweep");
        daemon.setDaemon(true);
        return daemon;
    });
    private final ScheduledFuture<?> sweeps;

    ArtifactCollection(
            ArtifactStore artifacts,
            TenantLookup tenants,
            TenantTransactions transactions,
            JdbcClient jdbc,
            QuarrySettings settings) {
        this.artifacts = artifacts;
        this.tenants = tenants;
        this.transactions = transactions;
        this.jdbc = jdbc;
        this.grace = settings.sweep().grace();
        long every = settings.sweep().every().toMillis();
        this.sweeps = thread.scheduleWithFixedDelay(
                this::sweep, Math.min(every, AFTER_START.toMillis()), every, TimeUnit.MILLISECONDS);
    }

    /** What fails is tried again the next time, and hinders no other tenant's. */
    public void sweep() {
        try {
            tenants.all().forEach(this::sweep);
        } catch (RuntimeException failed) {
            LOG.warn("artifacts that nothing names are not deleted; tried again at the next sweep", failed);
        }
    }

    private void sweep(TenantId tenant) {
        try {
            int swept = artifacts.sweep(tenant, Instant.now().minus(grace), names -> known(tenant, names));
            if (swept > 0) {
                LOG.info("{} artifacts of tenant {} that nothing named any more are deleted", swept, tenant);
            }
        } catch (IOException | RuntimeException failed) {
            LOG.warn(
                    "artifacts of tenant {} that nothing names are not all deleted; tried again at the next sweep",
                    tenant,
                    failed);
        }
    }

    private Set<String> known(TenantId tenant, Collection<String> names) {
        return transactions.in(
                tenant,
                () -> jdbc.sql("""
                        select hex from unnest(cast(? as text[])) hex
                        where exists (select from quarry.artifact a where a.tenant = quarry.tenant() and a.sha256 = decode(hex, 'hex'))""")
                        .param(names.toArray(new String[0]))
                        .query(String.class)
                        .set());
    }

    @Override
    public void close() {
        sweeps.cancel(true);
        thread.shutdown();
    }
}
