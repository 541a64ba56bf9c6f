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
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What rules a store's files and folders, in one walk: its filters as they were at the start, and its ignore file, which is read before the first page.
 * Where that is there and cannot be read no folder can be listed, because its lines may rule out any file. For all listers of the walk, at once.
 */
public final class WalkRules {
    private static final int MOST_BYTES = 64 * 1_024;
    private static final int MOST_PATTERNS = 1_000;
    private static final int NAMES = 1_000;
    private static final int LOOKS = 3;

    private final FileBytes bytes;
    private final Filters filters;
    private final boolean includeHidden;
    private final Instant start;
    private final Optional<NamedKeys> keys;
    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private @Nullable FilterRules rules;
    private List<String> untold = List.of();

    WalkRules(FileBytes bytes, Filters filters, boolean includeHidden, Instant start, Optional<NamedKeys> keys) {
        this.bytes = bytes;
        this.filters = filters;
        this.includeHidden = includeHidden;
        this.start = start;
        this.keys = keys;
    }

    /** A lister of the store that shows what this walk is to see. */
    StoreLister lister(StoreLister store) {
        return keys.<StoreLister>map(named -> new NamedKeysLister(store, this, named))
                .orElseGet(() -> new FilteredLister(store, this));
    }

    /** Reads a listed file whole. */
    interface FileBytes {
        /** @throws NotReadableException also if it has more than {@code most} bytes */
        byte[] of(KeyBytes key, String version, int most) throws StoreException;
    }

    /** What is asked of each file that one of its listers has listed. */
    public synchronized FilterRules now() {
        return Objects.requireNonNull(rules, "nothing was listed by these rules yet");
    }

    /** With the ignore file's lines; whoever asks first reads it, and the others wait for that. */
    synchronized FilterRules of(StoreLister store) throws StoreException {
        if (rules == null) {
            IgnoreLines ignore = ignoreLines(store);
            rules = new FilterRules(filters, includeHidden, ignore, start);
            untold = ignore.warnings();
        }
        return rules;
    }

    /** Warnings that nobody has been given yet. */
    synchronized List<String> untold() {
        List<String> warnings = untold;
        untold = List.of();
        return warnings;
    }

    /** Whether this is the first folder that the rule rules out. */
    boolean isFirst(String rule) {
        return told.add(rule);
    }

    private IgnoreLines ignoreLines(StoreLister store) throws StoreException {
        if (filters.ignoreFile().isEmpty()) {
            return IgnoreLines.NONE;
        }
        KeyBytes name = KeyBytes.utf8(filters.ignoreFile());
        for (int look = 0; look < LOOKS; look++) {
            Optional<Entry> entry = find(store, name);
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
        IgnoreLines lines = IgnoreLines.of(filters.ignoreFile(), bytes.of(name, entry.version(), MOST_BYTES));
        if (lines.lines().size() > MOST_PATTERNS) {
            throw new NotReadableException(unusable("has more than " + MOST_PATTERNS + " patterns"));
        }
        return lines;
    }

    /** By the names from just before it on: no store is listed from a name that includes it. */
    private static Optional<Entry> find(StoreLister store, KeyBytes name) throws StoreException {
        Optional<KeyBytes> after = NamedKeysLister.withoutLastCharacter(name.bytes());
        do {
            Listing page = ofRoot(store, after);
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

    private static Listing ofRoot(StoreLister store, Optional<KeyBytes> after) throws StoreException {
        try {
            return store.list(KeyBytes.EMPTY, after, NAMES);
        } catch (GoneFromStoreException gone) {
            // Not for the caller to take for its own folder's end.
            throw new NotReadableException("the store's root is not there", gone);
        }
    }

    private String unusable(String why) {
        return "the ignore file '" + KeyBytes.utf8(filters.ignoreFile()) + "' " + why
                + ", so nothing is listed: repair it, or turn it off in the store's filters";
    }
}
