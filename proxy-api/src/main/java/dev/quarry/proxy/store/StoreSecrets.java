package dev.quarry.proxy.store;

import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.util.Base64;
import org.springframework.stereotype.Component;

/** All sealed secrets of a tenant's stores, for the day on which the master key is replaced. */
@Component
public class StoreSecrets {
    private final TenantTransactions transactions;
    private final StoreRepository stores;
    private final SecretSeal seal;

    StoreSecrets(TenantTransactions transactions, StoreRepository stores, SecretSeal seal) {
        this.transactions = transactions;
        this.stores = stores;
        this.seal = seal;
    }

    /** Seals those under the master key that are not; safe to repeat. @return how many */
    public int reseal(TenantId tenant) {
        return transactions.in(
                tenant,
                () -> stores.all(tenant).stream()
                        .mapToInt(store -> resealed(tenant, store) ? 1 : 0)
                        .sum());
    }

    private boolean resealed(TenantId tenant, Store store) {
        RemoteSettings remote = store.remote();
        if (remote == null || remote.secretSealed() == null || remote.keyName() == null) {
            return false;
        }
        byte[] read = Base64.getDecoder().decode(remote.secretSealed());
        return seal.reseal(store.id(), remote.keyName(), read)
                .map(again -> stores.replaceSealed(tenant, store.id(), read, again))
                .orElse(false);
    }
}
