package dev.quarry.proxy.store.azure;

import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreCheck;
import dev.quarry.proxy.store.StoreKind;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.StoreVariant;
import java.util.List;
import org.springframework.stereotype.Component;

/** Containers of Azure Blob Storage. */
@Component
class AzureVariant implements StoreVariant {
    private final AzureConnections connections;

    AzureVariant(AzureConnections connections) {
        this.connections = connections;
    }

    @Override
    public StoreKind kind() {
        return StoreKind.AZURE;
    }

    @Override
    public StoreLister lister(Store store) {
        return new AzureStoreLister(connections, store);
    }

    @Override
    public StoreReader reader(Store store) {
        return new AzureStoreReader(connections, store);
    }

    @Override
    public List<StoreCheck> check(Store store) {
        AzureConnection connection = connections.take(store);
        try {
            return new AzureCheck(connection, store, lister(store), reader(store)).all();
        } finally {
            connection.giveBack();
        }
    }
}
