package dev.quarry.proxy.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a listing returned for one file.
 *
 * @param name the last part of its key; empty if the key ends with a slash
 * @param size bytes
 * @param modified cut to the years 1 to 9999, which every reader of a time knows; a file system holds others. The version has it as it is
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
        @Nullable String identity) {
    static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    public Entry {
        if (modified.isBefore(EARLIEST)) {
            modified = EARLIEST;
        } else if (modified.isAfter(LATEST)) {
            modified = LATEST;
        }
    }
}
