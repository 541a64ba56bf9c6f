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
 * @param vouched whether the store says what the whole file's bytes are, as its listing does: then nobody else need find out
 */
public record StoreContent(long size, long offset, long length, Instant modified, boolean vouched, InputStream stream)
        implements Closeable {
    @Override
    public void close() throws IOException {
        stream.close();
    }
}
