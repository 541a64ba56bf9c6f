package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreRepository;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import org.junit.jupiter.api.Test;

class DownloadSlotsTest {
    private static final RunningApi API = RunningApi.shared();

    private final TenantId tenant = API.bean(TenantLookup.class).byName("demo");
    private final DownloadSlots slots = API.bean(DownloadSlots.class);

    @Test
    void aStoresOwnConcurrencyBoundsItsDownloads() {
        Store store = storeOfOneAtOnce();
        try (DownloadSlots.Slot first = slots.take(tenant, store)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> slots.take(tenant, store))
                    .isInstanceOf(Problem.class)
                    .hasMessageContaining("try again");
        }
        slots.take(tenant, store).close();
    }

    private Store storeOfOneAtOnce() {
        String name = new TestStore().name;
        API.put(
                Listener.PUBLIC,
                API.token(Listener.PUBLIC),
                "/api/v1/stores/" + name + "/settings",
                "{\"includeHidden\":true,\"concurrency\":1}");
        return API.bean(TenantTransactions.class)
                .in(tenant, () -> API.bean(StoreRepository.class).get(tenant, name));
    }
}
