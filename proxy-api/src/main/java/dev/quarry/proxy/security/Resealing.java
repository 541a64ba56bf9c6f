package dev.quarry.proxy.security;

import dev.quarry.proxy.store.StoreSecrets;
import dev.quarry.proxy.tenant.TenantLookup;
import org.springframework.stereotype.Component;

/** Brings everything that is sealed under the master key of now; then the one before can be forgotten. */
@Component
class Resealing {
    private final SealedKeys keys;
    private final StoreSecrets secrets;
    private final TenantLookup tenants;

    Resealing(SealedKeys keys, StoreSecrets secrets, TenantLookup tenants) {
        this.keys = keys;
        this.secrets = secrets;
        this.tenants = tenants;
    }

    /** How many were sealed anew: none, if all were already. */
    record Resealed(int keys, int storeSecrets) {}

    /** Safe to repeat, and at once by several processes. @throws IllegalStateException if something opens under neither master key */
    Resealed reseal() {
        return new Resealed(
                keys.reseal(), tenants.all().stream().mapToInt(secrets::reseal).sum());
    }
}
