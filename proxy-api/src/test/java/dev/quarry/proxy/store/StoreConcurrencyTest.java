package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much at once a store is given. */
@EnabledIf(
        value = "dev.quarry.proxy.store.S3Emulator#isInstalled",
        disabledReason = "there is no s3proxy for the emulated S3; ./quarry setup installs it")
class StoreConcurrencyTest {
    private final RunningApi api = RunningApi.shared();
    private final S3Emulator server = S3Emulator.shared();
    private final String bucket = server.newBucket();
    private final String name = "s" + UUID.randomUUID().toString().substring(0, 20);

    @Test
    void aStoreIsReadByNoMoreDownloadsAtOnceThanItsSettingsSay() throws IOException {
        server.put(bucket, "a", new byte[1_000_000]);
        assertThat(register("1").json().get("concurrency").asInt()).isEqualTo(1);
        Entry entry =
                lister().list(KeyBytes.EMPTY, Optional.empty(), 10).files().get(0);
        StoreContent first = open(entry);
        assertThatThrownBy(() -> open(entry))
                .as("waits for its turn, as long as stores may be silent")
                .isInstanceOf(StoreAwayException.class);
        first.close();
        open(entry).close();
        assertThat(api.put(
                                Listener.PUBLIC,
                                api.token(Listener.PUBLIC),
                                "/api/v1/stores/" + name + "/settings",
                                "{\"includeHidden\":true,\"concurrency\":2}")
                        .json()
                        .get("concurrency")
                        .asInt())
                .isEqualTo(2);
        try (StoreContent one = open(entry);
                StoreContent other = open(entry)) {
            assertThat(one.size()).isEqualTo(other.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "65"})
    void moreThanTheDeploymentGivesAnyStoreIsRefused(String concurrency) {
        Answer answer = register(concurrency);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body()).contains("invalid_concurrency", "1 to 64");
    }

    @Test
    void theSameStoreWithAnotherConcurrencyIsAnother() {
        assertThat(register("2").status()).isEqualTo(201);
        assertThat(register("2").status()).isEqualTo(200);
        assertThat(register("3").status()).isEqualTo(409);
    }

    private Answer register(String concurrency) {
        return api.post(
                Listener.PUBLIC,
                api.token(Listener.PUBLIC),
                "/api/v1/stores",
                "{\"name\":\"%s\",\"kind\":\"s3\",\"includeHidden\":true,\"concurrency\":%s,\"s3\":{\"bucket\":\"%s\",\"endpoint\":\"%s\",\"pathStyle\":true,\"accessKeyId\":\"%s\",\"secretAccessKey\":\"%s\"}}"
                        .formatted(name, concurrency, bucket, server.endpoint(), S3Server.KEY_ID, S3Server.SECRET));
    }

    private Store store() {
        TenantId tenant = api.bean(TenantLookup.class).byName("demo");
        return api.bean(TenantTransactions.class)
                .in(tenant, () -> api.bean(StoreRepository.class).get(tenant, name));
    }

    private StoreLister lister() {
        return api.bean(Stores.class).lister(store());
    }

    private StoreContent open(Entry entry) throws StoreException {
        return api.bean(Stores.class).reader(store()).open(entry.name(), entry.version(), Optional.empty());
    }
}
