package dev.quarry.proxy.store.azure;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.store.AzureSettings;
import dev.quarry.proxy.store.SecretSeal;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreConnections;
import dev.quarry.proxy.store.StoreEndpoints;
import dev.quarry.proxy.store.StoreLimits;
import java.util.Objects;
import org.springframework.stereotype.Component;

@Component
class AzureConnections extends StoreConnections<AzureConnection> {
    private final StoreEndpoints endpoints;
    private final SecretSeal seal;
    private final StoreLimits limits;

    AzureConnections(StoreEndpoints endpoints, SecretSeal seal, QuarrySettings settings) {
        this.endpoints = endpoints;
        this.seal = seal;
        this.limits = settings.azure();
    }

    StoreLimits limits() {
        return limits;
    }

    @Override
    protected AzureConnection connect(Store store) {
        AzureSettings settings = Objects.requireNonNull(store.azure(), "an azure store has settings");
        return new AzureConnection(
                store,
                settings,
                AzureSignature.of(settings, settings.opened(seal, store.id())),
                endpoints.of(store.tenant()),
                limits);
    }
}
