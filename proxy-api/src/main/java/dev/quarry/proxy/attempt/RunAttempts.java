package dev.quarry.proxy.attempt;

import dev.quarry.proxy.tenant.TenantId;
import java.util.List;
import java.util.UUID;

/** What runs ask of attempts. Both are safe to repeat and use transactions of their own; call them holding no lock. */
public interface RunAttempts {
    /** Closes the run's open attempts as CANCELLED and returns the jobs that may still run. The run must not be LIVE any more. */
    List<StopJob> closeAll(TenantId tenant, UUID run);

    /** Jobs of this unit's closed attempts whose end is not known. */
    List<StopJob> stopList(TenantId tenant, UUID unit);
}
