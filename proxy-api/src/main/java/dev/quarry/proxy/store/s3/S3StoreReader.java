package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.ByteRange;
import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.EtagVersion;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreContent;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.TextKey;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Files of a bucket, each read under the condition that it still has the ETag that was listed. */
final class S3StoreReader implements StoreReader {
    private final S3Connections connections;
    private final Store store;

    S3StoreReader(S3Connections connections, Store store) {
        this.connections = connections;
        this.store = store;
    }

    @Override
    public StoreContent open(KeyBytes key, String version, Optional<ByteRange> range) throws StoreException {
        EtagVersion pinned = EtagVersion.parse(version, key);
        String name = TextKey.of(store.root(), key);
        long offset = range.map(ByteRange::offset).orElse(0L);
        long length = Math.min(range.map(ByteRange::length).orElse(Long.MAX_VALUE), pinned.size() - offset);
        S3Connection connection = connections.take(store);
        boolean opened = false;
        try {
            StoreContent content = length <= 0
                    ? nothing(connection, name, pinned, offset)
                    : content(connection, name, pinned, offset, length);
            opened = length > 0;
            return content;
        } catch (SdkException failed) {
            throw S3Errors.map(failed, "'" + key + "'");
        } finally {
            if (!opened) {
                connection.giveBack();
            }
        }
    }

    private StoreContent content(S3Connection connection, String name, EtagVersion pinned, long offset, long length)
            throws StoreException {
        S3ObjectStream stream = new S3ObjectStream(connection, connections.limits(), name, pinned, offset, length);
        stream.open();
        return new StoreContent(pinned.size(), offset, length, stream.modified(), stream);
    }

    /** No byte is asked for, which S3 has no range for; but it must be the listed version all the same. */
    private static StoreContent nothing(S3Connection connection, String name, EtagVersion pinned, long offset)
            throws ChangedInStoreException {
        HeadObjectResponse head = connection.reads.headObject(HeadObjectRequest.builder()
                .bucket(connection.settings.bucket())
                .key(name)
                .ifMatch(pinned.etag())
                .build());
        if (!pinned.etag().equals(head.eTag())) {
            throw new ChangedInStoreException("'" + KeyBytes.utf8(name) + "' has changed since it was listed");
        }
        return new StoreContent(pinned.size(), offset, 0, head.lastModified(), InputStream.nullInputStream());
    }
}
