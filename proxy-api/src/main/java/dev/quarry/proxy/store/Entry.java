package dev.quarry.proxy.store;

import java.time.Instant;

/**
 * What a listing returned for one file.
 *
 * @param name the last part of its key
 * @param size bytes
 * @param version opaque; differs whenever the bytes may differ, and {@link StoreReader#open} takes it
 */
public record Entry(KeyBytes name, long size, Instant modified, String version) {}
