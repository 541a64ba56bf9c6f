package dev.quarry.proxy.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a listing returned for one file.
 *
 * @param name the last part of its key; empty if the key ends with a slash
 * @param size bytes
 * @param version opaque; differs whenever the bytes may differ, and {@link StoreReader#open} takes it
 * @param archived its bytes cannot be read before somebody has them restored
 * @param identity what the store vouches for: two files of a store with the same one hold the same bytes, or are one file that was moved; null if
 *     it vouches for nothing. At most 200 characters
 */
public record Entry(
        KeyBytes name,
        long size,
        Instant modified,
        String version,
        boolean archived,
        @Nullable String identity) {}
