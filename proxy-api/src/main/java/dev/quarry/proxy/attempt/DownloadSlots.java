package dev.quarry.proxy.attempt;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.tenant.TenantId;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Downloads under way in this process. Fewer than the job listener has threads, so that however slowly agents read, others claim, renew and report. A tenant
 * gets another one as long as it has less than twice what is left: alone two thirds of all, and never the last. A store gets no more than it has
 * connections: to wait for one would look as if the store did not answer.
 */
@Component
class DownloadSlots {
    private static final int RETRY_SECONDS = 1;

    private final int all;
    private final QuarrySettings settings;
    private final Map<TenantId, Integer> tenants = new HashMap<>();
    private final Map<UUID, Integer> stores = new HashMap<>();
    private int taken;

    DownloadSlots(QuarrySettings settings) {
        this.all = settings.attempt().downloads();
        this.settings = settings;
    }

    /** Given back by closing it. */
    interface Slot extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws Problem 503 with Retry-After if there is none left for this tenant or store */
    synchronized Slot take(TenantId tenant, Store store) {
        boolean tenantMay = tenants.getOrDefault(tenant, 0) < 2 * (all - taken);
        if (!tenantMay || stores.getOrDefault(store.id(), 0) >= connections(store)) {
            throw new Problem(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "downloads_busy",
                    "as many downloads as may be are under way; try again",
                    RETRY_SECONDS);
        }
        count(tenant, store, 1);
        return () -> giveBack(tenant, store);
    }

    private synchronized void giveBack(TenantId tenant, Store store) {
        count(tenant, store, -1);
    }

    private void count(TenantId tenant, Store store, int change) {
        taken += change;
        add(tenants, tenant, change);
        add(stores, store.id(), change);
    }

    private static <K> void add(Map<K, Integer> counts, K of, int change) {
        int now = counts.getOrDefault(of, 0) + change;
        if (now == 0) {
            counts.remove(of);
        } else {
            counts.put(of, now);
        }
    }

    private int connections(Store store) {
        return store.atMost(
                switch (store.kind()) {
                    case S3 -> settings.s3().connections();
                    case AZURE -> settings.azure().connections();
                    case FILESYSTEM -> all;
                });
    }
}
