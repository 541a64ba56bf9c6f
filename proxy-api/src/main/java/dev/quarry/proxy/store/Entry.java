package dev.quarry.proxy.store;

import java.time.Instant;

/**
 * What a listing returned for one file.
 *
 * @param name the last part of its key; empty if the key ends with a slash
 * @param size bytes
 * @param version opaque; differs whenever the bytes may differ, and {@link StoreReader#open} takes it
 * @param archived its bytes cannot be read before somebody has them restored
 */
public record Entry(KeyBytes name, long size, Instant modified, String version, boolean archived) {
    public Entry(KeyBytes name, long size, Instant modified, String version) {
        this(name, size, modified, version, false);
    }
}
