package dev.quarry.proxy.store;

import java.io.IOException;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * A file that is read, in its open folder.
 *
 * @param name in the folder
 * @param key of the store, for people
 * @param version as listed
 */
record PinnedFile(FilesystemRoot root, FilesystemFolder folder, KeyBytes name, KeyBytes key, String version) {
    /** @throws ChangedInStoreException if it is not the pinned version now */
    PosixFileAttributes verify() throws IOException {
        PosixFileAttributes facts = folder.facts(name);
        boolean allowed = root.settings().crossMounts() || !folder.isElsewhere(facts);
        if (!allowed || !facts.isRegularFile() || !FilesystemVersion.of(facts).equals(version)) {
            throw new ChangedInStoreException("'" + key + "' has changed since it was listed");
        }
        return facts;
    }

    /** See {@link FilesystemRoot#mapped}; on the store's thread. */
    StoreException mapped(IOException failed) {
        return root.mapped(failed, key);
    }
}
