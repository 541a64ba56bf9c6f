package dev.quarry.proxy.unit;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.run.RunLimits;
import dev.quarry.proxy.tenant.TenantId;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Says how many units a store's pending files would make, by packing them without writing anything. */
@Component
public class UnitForecast {
    private static final int FILES = 20_000;

    private final UnitRepository units;
    private final RunLimits limits;

    UnitForecast(UnitRepository units, QuarrySettings settings) {
        this.units = units;
        this.limits = settings.run();
    }

    /** Inside a tenant's transaction. About: units that a dispatching run fills across pages of 20,000 files are counted twice. */
    public int units(TenantId tenant, UUID store) {
        int number = 1;
        UUID after = new UUID(0, 0);
        List<PendingFile> page;
        do {
            page = units.pendingOfStore(tenant, store, after, FILES);
            number += new Packing(limits, number, FILES).pack(page, true, true).size();
            after = page.isEmpty() ? after : page.get(page.size() - 1).file();
        } while (page.size() == FILES);
        return number - 1;
    }
}
