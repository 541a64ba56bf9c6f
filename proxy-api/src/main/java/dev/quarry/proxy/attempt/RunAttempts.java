package dev.quarry.proxy.attempt;

import dev.quarry.proxy.tenant.TenantId;
import java.util.List;
import java.util.UUID;

/** What runs ask of attempts. All are safe to repeat and use transactions of their own; call them holding no lock. */
public interface RunAttempts {
    /** Closes the run's open attempts as CANCELLED. The run must not be LIVE any more. */
    void closeAll(TenantId tenant, UUID run);

    /** Concludes what is missing of a unit as FAILED(CANCELLED). Its attempts must be closed. */
    void cancel(TenantId tenant, UUID unit);

    /** Jobs of this run's closed attempts whose end is not known. */
    List<StopJob> stopListOfRun(TenantId tenant, UUID run);

    /** Jobs that aborted runs of this store have left, for the caller to stop before its own run goes on. */
    List<StopJob> stopListOfAborted(TenantId tenant, UUID store);

    /** Jobs of this unit's closed attempts whose end is not known. */
    List<StopJob> stopList(TenantId tenant, UUID unit);
}
