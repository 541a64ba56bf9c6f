package dev.quarry.proxy.unit;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.run.RunLimits;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Says how many units a store's pending files would make, by packing them without writing anything. */
@Component
public class UnitForecast {
    private static final int FILES = 20_000;
    private static final int PAGES = 10;

    private final TenantTransactions transactions;
    private final UnitRepository units;
    private final RunLimits limits;

    UnitForecast(TenantTransactions transactions, UnitRepository units, QuarrySettings settings) {
        this.transactions = transactions;
        this.units = units;
        this.limits = settings.run();
    }

    /**
     * About: units that a dispatching run fills across pages of 20,000 files are counted twice, and of more than ten pages the rest is taken to be like these,
     * as ids are random. In transactions of its own, one a page.
     */
    public long units(TenantId tenant, UUID store) {
        int number = 1;
        UUID after = new UUID(0, 0);
        for (int pages = 1; pages <= PAGES; pages++) {
            UUID from = after;
            List<PendingFile> page = transactions.in(tenant, () -> units.pendingOfStore(tenant, store, from, FILES));
            number += new Packing(limits, number, FILES).pack(page, true, true).size();
            if (page.size() < FILES) {
                return number - 1;
            }
            after = page.get(FILES - 1).file();
        }
        long files = transactions.in(tenant, () -> units.countPending(tenant, store));
        return Math.round((number - 1) * (files / (double) (PAGES * FILES)));
    }
}
