package dev.quarry.proxy.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;

/**
 * An open file.
 *
 * @param size bytes of the whole file
 * @param offset of the stream's first byte in the file
 * @param length bytes that the stream gives
 */
public record StoreContent(long size, long offset, long length, Instant modified, InputStream stream)
        implements Closeable {
    @Override
    public void close() throws IOException {
        stream.close();
    }
}
