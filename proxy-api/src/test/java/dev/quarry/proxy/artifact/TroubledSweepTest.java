package dev.quarry.proxy.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.account.People;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import dev.quarry.proxy.tenant.TenantTransactions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where each tenant's artifacts are trouble, of the folder or of the database. */
class TroubledSweepTest {
    private final RunningApi api = RunningApi.shared();

    @Test
    void oneTenantsTroubleDoesNotStopTheSweepOfTheOthers() {
        People.tenant();
        TenantLookup tenants = api.bean(TenantLookup.class);
        AllTrouble store = new AllTrouble();
        List<TenantId> before = tenants.all();
        try (ArtifactCollection collection = new ArtifactCollection(
                store,
                tenants,
                api.bean(TenantTransactions.class),
                api.bean(JdbcClient.class),
                api.bean(QuarrySettings.class))) {
            collection.sweep();
        }
        assertThat(before).hasSizeGreaterThan(1);
        assertThat(store.swept).containsAll(before);
    }

    private static final class AllTrouble implements ArtifactStore {
        private final List<TenantId> swept = new ArrayList<>();

        @Override
        public void put(TenantId tenant, byte[] sha256, ByteBuffer bytes) {
            throw new AssertionError("only swept");
        }

        @Override
        public Optional<InputStream> open(TenantId tenant, byte[] sha256) {
            throw new AssertionError("only swept");
        }

        @Override
        public int sweep(TenantId tenant, Instant unusedSince, Known known) throws IOException {
            swept.add(tenant);
            if (swept.size() % 2 == 0) {
                throw new IOException("the folder of " + tenant + " is not readable");
            }
            throw new IllegalStateException("the rows of " + tenant + " are not readable");
        }
    }
}
