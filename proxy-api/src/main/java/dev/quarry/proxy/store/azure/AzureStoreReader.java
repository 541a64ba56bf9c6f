package dev.quarry.proxy.store.azure;

import com.azure.core.http.HttpResponse;
import dev.quarry.proxy.store.ByteRange;
import dev.quarry.proxy.store.EtagVersion;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreContent;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.TextKey;
import java.io.InputStream;
import java.util.Optional;

/** Files of a container, each read under the condition that it still has the ETag that was listed. */
final class AzureStoreReader implements StoreReader {
    private final AzureConnections connections;
    private final Store store;

    AzureStoreReader(AzureConnections connections, Store store) {
        this.connections = connections;
        this.store = store;
    }

    @Override
    public StoreContent open(KeyBytes key, String version, Optional<ByteRange> range) throws StoreException {
        EtagVersion pinned = EtagVersion.parse(version, key);
        String name = TextKey.of(store.root(), key);
        long offset = range.map(ByteRange::offset).orElse(0L);
        long length = Math.min(range.map(ByteRange::length).orElse(Long.MAX_VALUE), pinned.size() - offset);
        AzureConnection connection = connections.take(store);
        try {
            connection.startReading();
        } catch (StoreException busy) {
            connection.giveBack();
            throw busy;
        }
        boolean opened = false;
        try {
            StoreContent content = length <= 0
                    ? nothing(connection, name, pinned, offset)
                    : content(connection, name, pinned, offset, length);
            opened = length > 0;
            return content;
        } catch (RuntimeException failed) {
            throw AzureErrors.map(failed, "'" + key + "'");
        } finally {
            if (!opened) {
                connection.stopReading();
            }
        }
    }

    private StoreContent content(AzureConnection connection, String name, EtagVersion pinned, long offset, long length)
            throws StoreException {
        AzureBlobStream stream = new AzureBlobStream(connection, connections.limits(), name, pinned, offset, length);
        stream.open();
        return new StoreContent(pinned.size(), offset, length, stream.modified(), stream);
    }

    /** No byte is asked for, which there is no range for; but it must be the listed version all the same. */
    private static StoreContent nothing(AzureConnection connection, String name, EtagVersion pinned, long offset)
            throws StoreException {
        AzureBlob blob = new AzureBlob(connection, name);
        try (HttpResponse head = blob.head(pinned.etag())) {
            blob.refuseOthers(head, pinned);
            return new StoreContent(pinned.size(), offset, 0, AzureBlob.modified(head), InputStream.nullInputStream());
        }
    }
}
