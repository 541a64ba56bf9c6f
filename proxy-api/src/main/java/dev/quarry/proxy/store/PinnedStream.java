package dev.quarry.proxy.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A file's bytes, of which the last ones come only after one more look at the file's version. Read ahead by one buffer, on the store's threads. */
final class PinnedStream extends InputStream {
    private static final int BUFFER = 128 * 1024;

    private final SeekableByteChannel channel;
    private final PinnedFile file;
    private final BoundedCalls calls;
    private final ByteBuffer buffer;
    private long unread;
    private boolean givenUp;
    /** Whether the last call is over: until then it may be in the buffer and the channel. */
    private volatile boolean back = true;

    PinnedStream(SeekableByteChannel channel, PinnedFile file, BoundedCalls calls, long length) {
        this.channel = channel;
        this.file = file;
        this.calls = calls;
        this.unread = length;
        this.buffer =
                ByteBuffer.allocate((int) Math.min(BUFFER, Math.max(1, length))).limit(0);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (givenUp) {
            throw new StoreAwayException("'" + file.key() + "': its file system did not answer");
        }
        if (!buffer.hasRemaining() && !fill()) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(into, offset, count);
        return count;
    }

    /** False at the end. */
    private boolean fill() throws IOException {
        if (unread == 0) {
            return false;
        }
        try {
            back = false;
            unread -= calls.call(file.key(), file.key(), progress -> some());
            return true;
        } catch (StoreAwayException away) {
            // It may be in the buffer still, or have moved the channel on.
            givenUp = true;
            throw away;
        } catch (IOException failed) {
            buffer.limit(0);
            throw FilesystemErrors.map(failed, file.key());
        }
    }

    private int some() throws IOException {
        try {
            return next();
        } catch (IOException failed) {
            throw file.mapped(failed);
        } finally {
            back = true;
        }
    }

    private int next() throws IOException {
        buffer.clear().limit((int) Math.min(buffer.capacity(), unread));
        int count = channel.read(buffer);
        buffer.flip();
        if (count < 0) {
            throw new ChangedInStoreException("'" + file.key() + "' became shorter while it was read");
        }
        if (count == unread) {
            // Before the last bytes go out: a reader that counts bytes never asks for the end.
            file.verify();
        }
        return count;
    }

    @Override
    public void close() {
        if (back) {
            calls.close(this::release);
        } else {
            calls.closeLater(this::release);
        }
    }

    private void release() throws IOException {
        try (Closeable alsoFolder = file.folder()) {
            channel.close();
        }
    }
}
