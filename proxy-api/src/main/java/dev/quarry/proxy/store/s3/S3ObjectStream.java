package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.QuarrySettings.S3Limits;
import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Bytes of an object. A connection that dies, or hardly moves, is replaced by another from the next byte on, under the same condition, a few times in a
 * row. Closing before the end cuts the connection: the SDK's own close would first read all the rest.
 */
final class S3ObjectStream extends InputStream {
    private final S3Connection connection;
    private final S3Limits limits;
    private final String key;
    private final S3Version pinned;
    private final long end;
    private long position;
    private int failures;
    private long waited;
    private long received;
    private boolean closed;
    private @Nullable ResponseInputStream<GetObjectResponse> body;

    S3ObjectStream(S3Connection connection, S3Limits limits, String key, S3Version pinned, long offset, long length) {
        this.connection = connection;
        this.limits = limits;
        this.key = key;
        this.pinned = pinned;
        this.position = offset;
        this.end = offset + length;
    }

    /** Asks for what is left. @throws SdkException as the store says it */
    void open() throws StoreException {
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
            throw new StoreAwayException(
                    shown() + ": asked for " + (end - position) + " bytes, offered " + head.contentLength());
        }
        waited = 0;
        received = 0;
        body = opened;
    }

    Instant modified() {
        Instant modified = body == null ? null : body.response().lastModified();
        return modified == null ? Instant.EPOCH : modified;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0 || position == end) {
            return length == 0 ? 0 : -1;
        }
        while (true) {
            try {
                int count = some(into, offset, (int) Math.min(length, end - position));
                position += count;
                return count;
            } catch (StoreAwayException away) {
                again(away);
            } catch (SdkException failed) {
                StoreException mapped = S3Errors.map(failed, shown());
                if (!(mapped instanceof StoreAwayException)) {
                    throw mapped;
                }
                again(mapped);
            } catch (StoreException settled) {
                throw settled;
            } catch (IOException failed) {
                again(failed);
            }
        }
    }

    private int some(byte[] into, int offset, int length) throws IOException {
        ResponseInputStream<GetObjectResponse> open = body;
        if (open == null) {
            open();
            return some(into, offset, length);
        }
        long begun = System.nanoTime();
        int count = open.read(into, offset, length);
        waited += System.nanoTime() - begun;
        if (count < 0) {
            throw new StoreAwayException(shown() + ": the store ended it " + (end - position) + " bytes short");
        }
        received += count;
        if (received >= least()) {
            // Less would let a store that crawls go on for ever, a new connection at a time.
            failures = 0;
        }
        refuseCrawling();
        return count;
    }

    /** Only the time that the store took counts, never the reader's own. */
    private void refuseCrawling() throws StoreAwayException {
        long window = limits.silence().toNanos();
        if (waited < window) {
            return;
        }
        if (received < least()) {
            throw new StoreAwayException(
                    shown() + ": the store sends less than " + limits.slowest() + " bytes a second");
        }
        waited = 0;
        received = 0;
    }

    private long least() {
        return limits.slowest() * limits.silence().toMillis() / 1_000;
    }

    private void again(IOException failed) throws IOException {
        abort();
        if (closed || ++failures > limits.resumes()) {
            throw failed instanceof StoreException store
                    ? store
                    : new StoreAwayException(shown() + ": the connection broke again and again", failed);
        }
        try {
            Thread.sleep(limits.backoff().toMillis() << (failures - 1));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a download was waiting for its store");
        }
    }

    private void abort() {
        if (body != null) {
            body.abort();
            body = null;
        }
    }

    private String shown() {
        return "'" + KeyBytes.utf8(key) + "'";
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (position == end && body != null) {
                body.close();
            } else {
                abort();
            }
        } finally {
            connection.giveBack();
        }
    }
}
