package dev.quarry.proxy.run;

import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.KeyPage;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Some scopes that are listed one after the other, on a thread. It may outlive the call that began it: a folder that hangs, or is very large, is not begun
 * again by each call, but taken over by the next.
 */
final class ScopeListing implements Runnable {
    private final RuledLister lister;
    private final int page;
    private final Optional<Splits> splits;
    private final ListingLimit limit;
    private final Deque<OpenScope> ahead;
    private final List<ScopePage> pages = new ArrayList<>();
    private @Nullable OpenScope current;
    private @Nullable Exception failure;
    private boolean ended;
    private Instant begun = Instant.MAX;
    private boolean throttled;
    private @Nullable Queue<ScopeListing> caller;

    /**
     * @param splits how the one scope is split; empty: it is not, nor are several
     * @param caller is told the end
     */
    ScopeListing(
            RuledLister lister,
            List<OpenScope> scopes,
            int page,
            Optional<Splits> splits,
            ListingLimit limit,
            Queue<ScopeListing> caller) {
        this.lister = lister;
        this.ahead = new ArrayDeque<>(scopes);
        this.page = page;
        this.splits = splits;
        this.limit = limit;
        this.caller = caller;
    }

    /** Which scopes are split, and where. */
    interface Splits {
        boolean isLarge(OpenScope scope);

        /** Between the page's last name and its scope's end; empty if there is no such place, or the store's scopes are not split. */
        Optional<KeyBytes> pivot(StoreLister lister, ScopePage page) throws StoreException;
    }

    @Override
    public void run() {
        Exception failed = null;
        Instant now = Instant.now();
        try {
            list();
        } catch (StoreException | RuntimeException unlisted) {
            failed = unlisted;
        } finally {
            limit.ended();
            end(failed, now);
        }
    }

    /** Stops at the first scope of which more is to come: the next listing goes on with it, while its names are held. */
    private void list() throws StoreException {
        int left = page;
        while (left > 0) {
            OpenScope scope = next();
            if (scope == null) {
                return;
            }
            ScopePage listed = split(list(scope, left));
            add(listed);
            left = listed.listing().next().isPresent()
                    ? 0
                    : left - 1 - listed.listing().size();
        }
    }

    private ScopePage list(OpenScope scope, int max) throws StoreException {
        try {
            Listing listing = lister.lister().list(scope.path(), scope.after(), max);
            return ScopePage.listed(scope, listing, lister.rules().get());
        } catch (GoneFromStoreException gone) {
            // Without its root a store says nothing about its files: they must not be taken for deleted.
            return scope.path().isEmpty()
                    ? ScopePage.failed(scope, "the store's root is not there")
                    : ScopePage.gone(scope);
        } catch (NotReadableException refused) {
            return ScopePage.failed(
                    scope, Optional.ofNullable(refused.getMessage()).orElse("not readable"));
        }
    }

    /** Where the rest of the page's scope is split. What is listed is listed, whatever becomes of the split. */
    private ScopePage split(ScopePage listed) {
        if (splits.isEmpty() || listed.listing().next().isEmpty()) {
            return listed;
        }
        try {
            // A pivot is part of a scope's key, which is in an index as names are.
            return listed.splitAt(splits.get()
                    .pivot(lister.lister(), listed)
                    .filter(name -> name.bytes().length <= KeyPage.LONGEST_NAME));
        } catch (StoreException unanswered) {
            return listed.splitAt(Optional.empty());
        }
    }

    private synchronized @Nullable OpenScope next() {
        current = ahead.poll();
        return current;
    }

    private synchronized void add(ScopePage listed) {
        pages.add(listed);
        current = null;
    }

    private synchronized void end(@Nullable Exception failed, Instant since) {
        failure = failed;
        begun = since;
        throttled = lister.lister().throttledSince(since);
        ended = true;
        if (caller != null) {
            caller.add(this);
        }
    }

    /** What it has listed and not given to anybody, lists, or will list. */
    synchronized List<OpenScope> scopes() {
        List<OpenScope> all = new ArrayList<>();
        pages.forEach(page -> all.add(page.scope()));
        if (current != null) {
            all.add(current);
        }
        all.addAll(ahead);
        return all;
    }

    /** What it has listed until now. Ends after the scope that it lists now, and tells nobody: until {@link #takeOver}. */
    synchronized List<ScopePage> leave() {
        caller = null;
        ahead.clear();
        return taken();
    }

    /** Its end is told to this caller now, at once if it was before. */
    synchronized void takeOver(Queue<ScopeListing> by) {
        caller = by;
        if (ended) {
            by.add(this);
        }
    }

    /** What it has listed; gives each page once. */
    synchronized List<ScopePage> taken() {
        List<ScopePage> taken = List.copyOf(pages);
        pages.clear();
        return taken;
    }

    /** Why it ended before its end, if it did. */
    synchronized Optional<Exception> failure() {
        return Optional.ofNullable(failure);
    }

    /** Once it has ended, with all it wanted: what that says of how many the store bears. */
    synchronized void tell() {
        if (throttled) {
            limit.throttled(begun);
        } else {
            limit.answered();
        }
    }

    RuledLister lister() {
        return lister;
    }
}
