package dev.quarry.proxy.store;

import java.util.Optional;

/** Reads files of a store, each pinned to the version that was listed. Safe for use by several threads. */
public interface StoreReader {
    /**
     * Opens a file's bytes; the caller closes what is returned. If the file changes while it is read, the stream ends with
     * {@link ChangedInStoreException} instead of its end.
     *
     * @param key key of the file
     * @param version as listed
     * @param range part to read; empty is all of it
     * @throws ChangedInStoreException if what is there now is not that version
     * @throws GoneFromStoreException if nothing is there
     * @throws NotReadableException if the store refuses
     * @throws StoreAwayException if the store does not answer; try again later
     */
    StoreContent open(KeyBytes key, String version, Optional<ByteRange> range) throws StoreException;
}
