package dev.quarry.proxy.filter;

import dev.quarry.proxy.store.ArchivedException;
import dev.quarry.proxy.store.ChangedInStoreException;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import java.util.Arrays;
import java.util.Optional;

/** The file in a store's root that says which files to leave out. Where it is there and cannot be read nothing can be listed, because its lines may rule out any file. */
final class IgnoreFile {
    private static final int MOST_BYTES = 64 * 1_024;
    private static final int MOST_PATTERNS = 1_000;
    private static final int NAMES = 1_000;
    private static final int LOOKS = 3;

    private final StoreLister store;
    private final FileBytes bytes;
    private final String file;

    IgnoreFile(StoreLister store, FileBytes bytes, String file) {
        this.store = store;
        this.bytes = bytes;
        this.file = file;
    }

    /** Reads a listed file whole. */
    interface FileBytes {
        /** @throws NotReadableException also if it has more than {@code most} bytes */
        byte[] of(KeyBytes key, String version, int most) throws StoreException;
    }

    IgnoreLines lines() throws StoreException {
        if (file.isEmpty()) {
            return IgnoreLines.NONE;
        }
        KeyBytes name = KeyBytes.utf8(file);
        for (int look = 0; look < LOOKS; look++) {
            Optional<Entry> entry = find(name);
            if (entry.isEmpty()) {
                return IgnoreLines.NONE;
            }
            try {
                return read(name, entry.get());
            } catch (ChangedInStoreException | GoneFromStoreException underOurHands) {
                // It is looked for again: what is there now counts.
            } catch (ArchivedException archived) {
                throw new NotReadableException(unusable("lies in an archive"), archived);
            }
        }
        throw new StoreAwayException(unusable("changes while it is read"));
    }

    private IgnoreLines read(KeyBytes name, Entry entry) throws StoreException {
        if (entry.size() > MOST_BYTES) {
            throw new NotReadableException(unusable("has more than " + MOST_BYTES + " bytes"));
        }
        IgnoreLines lines = IgnoreLines.of(file, bytes.of(name, entry.version(), MOST_BYTES));
        if (lines.lines().size() > MOST_PATTERNS) {
            throw new NotReadableException(unusable("has more than " + MOST_PATTERNS + " patterns"));
        }
        return lines;
    }

    /** By the names from just before it on: no store is listed from a name that includes it. */
    private Optional<Entry> find(KeyBytes name) throws StoreException {
        byte[] shorter = Arrays.copyOf(name.bytes(), name.bytes().length - 1);
        Optional<KeyBytes> after = Optional.of(KeyBytes.of(shorter)).filter(before -> !before.isEmpty());
        do {
            Listing page = ofRoot(after);
            Optional<Entry> found = page.files().stream()
                    .filter(entry -> entry.name().equals(name))
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
            after = page.next();
        } while (after.isPresent() && after.get().compareTo(name) < 0);
        return Optional.empty();
    }

    private Listing ofRoot(Optional<KeyBytes> after) throws StoreException {
        try {
            return store.list(KeyBytes.EMPTY, after, NAMES);
        } catch (GoneFromStoreException gone) {
            // Not for the caller to take for its own folder's end.
            throw new NotReadableException("the store's root is not there", gone);
        }
    }

    private String unusable(String why) {
        return "the ignore file '" + KeyBytes.utf8(file) + "' " + why
                + ", so nothing is listed: repair it, or turn it off in the store's filters";
    }
}
