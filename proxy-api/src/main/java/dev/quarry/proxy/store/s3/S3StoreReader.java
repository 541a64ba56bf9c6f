package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.EtagVersion;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.PinnedStoreReader;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreContent;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLimits;
import java.io.InputStream;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Files of a bucket. */
final class S3StoreReader extends PinnedStoreReader<S3Connection> {
    private final StoreLimits limits;

    S3StoreReader(S3Connections connections, Store store) {
        super(connections, store);
        this.limits = connections.limits();
    }

    @Override
    protected StoreContent content(S3Connection connection, String name, EtagVersion pinned, long offset, long length)
            throws StoreException {
        S3ObjectStream stream = new S3ObjectStream(connection, limits, name, pinned, offset, length);
        stream.open();
        return new StoreContent(pinned.size(), offset, length, stream.modified(), stream.vouched(), stream);
    }

    @Override
    protected StoreContent nothing(S3Connection connection, String name, EtagVersion pinned, long offset)
            throws ChangedInStoreException {
        HeadObjectResponse head = connection.reads.headObject(HeadObjectRequest.builder()
                .bucket(connection.settings.bucket())
                .key(name)
                .ifMatch(pinned.etag())
                .build());
        if (!pinned.etag().equals(head.eTag())) {
            throw new ChangedInStoreException("'" + KeyBytes.utf8(name) + "' has changed since it was listed");
        }
        return new StoreContent(pinned.size(), offset, 0, head.lastModified(), false, InputStream.nullInputStream());
    }

    @Override
    protected StoreException mapped(RuntimeException failed, String shown) {
        // A stream's own are mapped by it.
        return S3Errors.ofHead(failed, shown);
    }
}
