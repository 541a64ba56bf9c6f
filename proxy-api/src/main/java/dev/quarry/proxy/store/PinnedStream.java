package dev.quarry.proxy.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A file's bytes, of which the last ones come only after one more look at the file's version. */
final class PinnedStream extends InputStream {
    private final SeekableByteChannel channel;
    private final Closeable folder;
    private final KeyBytes key;
    private final FilesystemStoreReader.VersionCheck check;
    private long left;

    PinnedStream(
            SeekableByteChannel channel,
            Closeable folder,
            long length,
            KeyBytes key,
            FilesystemStoreReader.VersionCheck check) {
        this.channel = channel;
        this.folder = folder;
        this.left = length;
        this.key = key;
        this.check = check;
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
        try {
            return left == 0 ? -1 : some(into, offset, (int) Math.min(length, left));
        } catch (IOException failed) {
            throw FilesystemErrors.map(failed, key);
        }
    }

    private int some(byte[] into, int offset, int length) throws IOException {
        int count = channel.read(ByteBuffer.wrap(into, offset, length));
        if (count < 0) {
            throw new ChangedInStoreException("'" + key + "' became shorter while it was read");
        }
        left -= count;
        if (left == 0) {
            // Before the last bytes go out: a reader that counts bytes never asks for the end.
            check.verify();
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        try (Closeable alsoFolder = folder) {
            channel.close();
        }
    }
}
