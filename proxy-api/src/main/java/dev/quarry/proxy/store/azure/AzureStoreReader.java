package dev.quarry.proxy.store.azure;

import com.azure.core.http.HttpResponse;
import dev.quarry.proxy.store.EtagVersion;
import dev.quarry.proxy.store.PinnedStoreReader;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreContent;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLimits;
import java.io.InputStream;

/** Files of a container. */
final class AzureStoreReader extends PinnedStoreReader<AzureConnection> {
    private final StoreLimits limits;

    AzureStoreReader(AzureConnections connections, Store store) {
        super(connections, store);
        this.limits = connections.limits();
    }

    @Override
    protected StoreContent content(
            AzureConnection connection, String name, EtagVersion pinned, long offset, long length)
            throws StoreException {
        AzureBlobStream stream = new AzureBlobStream(connection, limits, name, pinned, offset, length);
        stream.open();
        return new StoreContent(pinned.size(), offset, length, stream.modified(), stream.vouched(), stream);
    }

    @Override
    protected StoreContent nothing(AzureConnection connection, String name, EtagVersion pinned, long offset)
            throws StoreException {
        AzureBlob blob = new AzureBlob(connection, name);
        try (HttpResponse head = blob.head(pinned.etag())) {
            blob.refuseOthers(head, pinned);
            return new StoreContent(
                    pinned.size(), offset, 0, AzureBlob.modified(head), false, InputStream.nullInputStream());
        }
    }

    @Override
    protected StoreException mapped(RuntimeException failed, String shown) {
        return AzureErrors.map(failed, shown);
    }
}
