package dev.quarry.proxy.store.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import dev.quarry.proxy.store.EtagVersion;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.ResumingStream;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLimits;
import java.io.IOException;
import java.time.Instant;

/** Bytes of a blob, under its listed ETag. */
final class AzureBlobStream extends ResumingStream {
    private static final HttpHeaderName WHOLE_MD5 = HttpHeaderName.fromString("x-ms-blob-content-md5");

    private final AzureConnection connection;
    private final AzureBlob blob;
    private final EtagVersion pinned;
    private Instant modified = Instant.EPOCH;
    private boolean vouched;

    /** @param connection whose turn to read it takes over */
    AzureBlobStream(
            AzureConnection connection, StoreLimits limits, String key, EtagVersion pinned, long offset, long length)
            throws StoreException {
        super(limits, "'" + KeyBytes.utf8(key) + "'", offset, length);
        this.connection = connection;
        this.blob = new AzureBlob(connection, key);
        this.pinned = pinned;
    }

    @Override
    protected Body ask(long position, long end) throws IOException {
        boolean whole = position == 0 && end == pinned.size();
        HttpResponse answer = blob.get(pinned.etag(), whole ? null : "bytes=" + position + "-" + (end - 1));
        try {
            refuseOthers(answer, end - position);
        } catch (StoreException other) {
            answer.close();
            throw other;
        }
        modified = AzureBlob.modified(answer);
        // That of a range is another one.
        vouched = answer.getHeaderValue(whole ? HttpHeaderName.CONTENT_MD5 : WHOLE_MD5) != null;
        return new Body(answer.getBodyAsBinaryData().toStream(), answer::close);
    }

    private void refuseOthers(HttpResponse answer, long length) throws StoreException {
        blob.refuseOthers(answer, pinned);
        String offered = answer.getHeaderValue(HttpHeaderName.CONTENT_LENGTH);
        if (!Long.toString(length).equals(offered)) {
            // Under the listed ETag that does not heal by waiting.
            throw new NotReadableException(shown() + ": asked for " + length + " bytes, offered " + offered);
        }
    }

    Instant modified() {
        return modified;
    }

    /** Whether the service knows an MD5 of the whole blob. */
    boolean vouched() {
        return vouched;
    }

    @Override
    protected StoreException mapped(RuntimeException failed) {
        return AzureErrors.map(failed, shown());
    }

    @Override
    protected void giveBack() {
        connection.stopReading();
    }
}
