package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.EtagVersion;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.ResumingStream;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLimits;
import java.time.Instant;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Bytes of an object, under its listed ETag. */
final class S3ObjectStream extends ResumingStream {
    private final S3Connection connection;
    private final String key;
    private final EtagVersion pinned;
    private Instant modified = Instant.EPOCH;
    private boolean vouched;

    S3ObjectStream(
            S3Connection connection, StoreLimits limits, String key, EtagVersion pinned, long offset, long length) {
        super(limits, "'" + KeyBytes.utf8(key) + "'", offset, length);
        this.connection = connection;
        this.key = key;
        this.pinned = pinned;
    }

    @Override
    protected Body ask(long position, long end) throws StoreException {
        GetObjectRequest.Builder request = GetObjectRequest.builder()
                .bucket(connection.settings.bucket())
                .key(key)
                .ifMatch(pinned.etag());
        if (position > 0 || end < pinned.size()) {
            request.range("bytes=" + position + "-" + (end - 1));
        }
        ResponseInputStream<GetObjectResponse> opened = connection.reads.getObject(request.build());
        GetObjectResponse head = opened.response();
        if (!pinned.etag().equals(head.eTag())) {
            opened.abort();
            throw new ChangedInStoreException(shown() + " has changed since it was listed");
        }
        if (head.contentLength() == null || head.contentLength() != end - position) {
            opened.abort();
            // Under the listed ETag that does not heal by waiting.
            throw new NotReadableException(
                    shown() + ": asked for " + (end - position) + " bytes, offered " + head.contentLength());
        }
        vouched = !connection.settings.isDirectoryBucket() && S3Page.isMd5(pinned) && !isRandom(head);
        modified = head.lastModified() == null ? modified : head.lastModified();
        return new Body(opened, opened::abort);
    }

    /** Under a key of KMS or of the customer an ETag looks like an MD5 and is none. */
    private static boolean isRandom(GetObjectResponse head) {
        ServerSideEncryption kept = head.serverSideEncryption();
        return head.sseCustomerAlgorithm() != null || (kept != null && kept != ServerSideEncryption.AES256);
    }

    Instant modified() {
        return modified;
    }

    /** Whether the ETag is the MD5 of the whole object. */
    boolean vouched() {
        return vouched;
    }

    @Override
    protected StoreException mapped(RuntimeException failed) {
        return S3Errors.ofFile(failed, shown());
    }

    @Override
    protected void giveBack() {
        connection.stopReading();
    }
}
