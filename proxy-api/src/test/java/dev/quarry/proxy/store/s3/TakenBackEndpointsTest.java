package dev.quarry.proxy.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.account.People;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.S3Emulator;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreContent;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.Stores;
import dev.quarry.proxy.tenant.TenantLookup;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The clients hold open connections by then, and would not ask for an address again. */
@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class TakenBackEndpointsTest {
    private final RunningApi api = RunningApi.shared();
    private final String tenant = People.tenant();
    private final S3TestStore bucket = new S3TestStore();

    @Test
    void anEndpointThatIsTakenBackEndsWithTheNextPageAndTheNextFile() throws IOException {
        bucket.put(KeyBytes.utf8("a"), new byte[] {1});
        bucket.put(KeyBytes.utf8("b"), new byte[] {2});
        String endpoint = S3Emulator.shared().endpoint().getAuthority();
        grants("", endpoint);
        StoreLister lister = api.bean(Stores.class).lister(store());
        StoreReader reader = api.bean(Stores.class).reader(store());
        Listing page = page(lister);
        assertThat(page.next()).isPresent();
        String version = page.files().get(0).version();
        read(reader, version);
        grants("/revoke", endpoint);
        assertThatThrownBy(() -> page(lister))
                .isInstanceOf(NotReadableException.class)
                .hasMessageContaining("no operator grants it");
        assertThatThrownBy(() -> lister.probe(KeyBytes.EMPTY, KeyBytes.utf8("a")))
                .isInstanceOf(NotReadableException.class);
        assertThatThrownBy(() -> read(reader, version)).isInstanceOf(NotReadableException.class);
        grants("", endpoint);
        read(reader, version);
    }

    private static Listing page(StoreLister lister) throws StoreException {
        return lister.list(KeyBytes.EMPTY, Optional.empty(), 1);
    }

    private static void read(StoreReader reader, String version) throws IOException {
        try (StoreContent content = reader.open(KeyBytes.utf8("a"), version, Optional.empty())) {
            assertThat(content.stream().readAllBytes()).containsExactly(1);
        }
    }

    private void grants(String what, String endpoint) {
        Answer answer = api.post(
                Listener.PUBLIC,
                api.operatorToken(),
                "/api/v1/operator/tenants/" + tenant + "/grants" + what,
                "{\"kind\":\"store-endpoint\",\"value\":\"" + endpoint + "\"}");
        assertThat(answer.status()).as(answer.body()).isLessThan(300);
    }

    private Store store() {
        Store demos = bucket.store;
        return new Store(
                api.bean(TenantLookup.class).byName(tenant),
                demos.id(),
                demos.name(),
                demos.kind(),
                demos.root(),
                demos.remote(),
                null,
                true,
                null,
                demos.site(),
                demos.createdAt());
    }
}
