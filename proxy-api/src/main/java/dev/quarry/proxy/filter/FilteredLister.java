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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A lister that leaves out folders which a rule keeps from being listed: to the ledger they are not there, so that what it knows below them goes when
 * the run closes. Files are all listed; which of them are FILTERED is for whoever compares, by {@link #rules}. The store's ignore file is read before
 * the first page; where it is there and cannot be read no folder can be listed, because its lines may rule out any file.
 */
public final class FilteredLister implements StoreLister {
    private static final int MOST_BYTES = 64 * 1_024;
    private static final int MOST_PATTERNS = 1_000;
    private static final int NAMES = 1_000;
    private static final int LOOKS = 3;

    private final StoreLister store;
    private final FileBytes bytes;
    private final Filters filters;
    private final boolean includeHidden;
    private final Instant start;
    private final Set<String> told = new HashSet<>();
    private @Nullable FilterRules rules;
    private List<String> untold = List.of();

    FilteredLister(StoreLister store, FileBytes bytes, Filters filters, boolean includeHidden, Instant start) {
        this.store = store;
        this.bytes = bytes;
        this.filters = filters;
        this.includeHidden = includeHidden;
        this.start = start;
    }

    /** Reads a listed file whole. */
    interface FileBytes {
        /** @throws NotReadableException also if it has more than {@code most} bytes */
        byte[] of(KeyBytes key, String version, int most) throws StoreException;
    }

    /** What is asked of each file that was listed here. */
    public FilterRules rules() {
        return rules == null ? new FilterRules(filters, includeHidden, IgnoreLines.NONE, start) : rules;
    }

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        if (rules == null) {
            IgnoreLines ignore = ignoreLines();
            rules = new FilterRules(filters, includeHidden, ignore, start);
            untold = ignore.warnings();
        }
        return withoutRuledOut(folder, store.list(folder, after, max), rules.in(folder));
    }

    private Listing withoutRuledOut(KeyBytes folder, Listing page, FolderRules here) {
        List<KeyBytes> walked = new ArrayList<>();
        List<String> warnings = new ArrayList<>(page.warnings());
        warnings.addAll(untold);
        untold = List.of();
        for (KeyBytes name : page.folders()) {
            Optional<String> rule = here.ofFolder(name);
            if (rule.isEmpty()) {
                walked.add(name);
            } else if (told.add(rule.get())) {
                warnings.add("folders that " + rule.get() + " rules out are not listed, such as '" + folder.folder(name)
                        + "'");
            }
        }
        return new Listing(page.files(), walked, page.next(), warnings);
    }

    private IgnoreLines ignoreLines() throws StoreException {
        if (filters.ignoreFile().isEmpty()) {
            return IgnoreLines.NONE;
        }
        KeyBytes name = KeyBytes.utf8(filters.ignoreFile());
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
        IgnoreLines lines = IgnoreLines.of(filters.ignoreFile(), bytes.of(name, entry.version(), MOST_BYTES));
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
        return "the ignore file '" + KeyBytes.utf8(filters.ignoreFile()) + "' " + why
                + ", so nothing is listed: repair it, or turn it off in the store's filters";
    }
}
