package dev.quarry.proxy.filter;

import dev.quarry.proxy.filter.IgnoreFile.FileBytes;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store as its filters have it, for one call that lists. The ignore file is read once, by the first page. Safe for use by several threads. */
public final class FilteredStore {
    private final Supplier<StoreLister> listers;
    private final FileBytes bytes;
    private final Filters filters;
    private final boolean includeHidden;
    private final Instant start;
    private final Set<String> told = new HashSet<>();
    private List<String> untold = List.of();
    private @Nullable FilterRules rules;
    private @Nullable StoreException failed;

    FilteredStore(
            Supplier<StoreLister> listers, FileBytes bytes, Filters filters, boolean includeHidden, Instant start) {
        this.listers = listers;
        this.bytes = bytes;
        this.filters = filters;
        this.includeHidden = includeHidden;
        this.start = start;
    }

    /** For one thread. */
    public StoreLister lister() {
        return new FilteredLister(listers.get(), this);
    }

    /** What is asked of each file that was listed here. */
    public synchronized FilterRules rules() {
        return rules == null ? new FilterRules(filters, includeHidden, IgnoreLines.NONE, start) : rules;
    }

    /** The rules with the ignore file's, which is read if it has not been; what failed once fails for good. */
    synchronized FilterRules rules(StoreLister store) throws StoreException {
        if (failed != null) {
            throw failed;
        }
        if (rules == null) {
            try {
                IgnoreLines ignore = new IgnoreFile(store, bytes, filters.ignoreFile()).lines();
                rules = new FilterRules(filters, includeHidden, ignore, start);
                untold = ignore.warnings();
            } catch (StoreException unusable) {
                failed = unusable;
                throw unusable;
            }
        }
        return rules;
    }

    /** Warnings that nobody was given yet. */
    synchronized List<String> untold() {
        List<String> warnings = untold;
        untold = List.of();
        return warnings;
    }

    /** Whether nobody was told of the rule yet. */
    synchronized boolean isNews(String rule) {
        return told.add(rule);
    }
}
