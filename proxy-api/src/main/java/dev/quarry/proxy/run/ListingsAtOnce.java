package dev.quarry.proxy.run;

import dev.quarry.proxy.attempt.StoreWaits;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.run.ScopePage.ScopeId;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.KeyPage;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.StoreBusyException;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;

/**
 * The listings of one {@code advance} that are under way at once, each of some scopes one after the other, while the caller commits what came before.
 * One use; not for several threads.
 */
final class ListingsAtOnce implements AutoCloseable {
    /** Scopes that one listing takes: many are small, and a commit should hold many. */
    private static final int SCOPES = 16;

    private final Supplier<StoreLister> listers;
    private final ListingLimit limit;
    private final int page;
    private final Splits splits;
    private final CompletionService<Listed> completion;
    private final Map<Future<Listed>, List<OpenScope>> underWay = new HashMap<>();
    /** Listers that hold the names of a folder of which more is to come. */
    private final Map<ScopeId, StoreLister> held = new HashMap<>();

    ListingsAtOnce(Supplier<StoreLister> listers, ListingLimit limit, Executor threads, int page, Splits splits) {
        this.listers = listers;
        this.limit = limit;
        this.page = page;
        this.splits = splits;
        this.completion = new ExecutorCompletionService<>(threads);
    }

    /** Enough scopes to keep everything busy. */
    static int wanted(int most) {
        return 2 * most * SCOPES;
    }

    /**
     * Begins to list those scopes that are not under way, as many as the store can take. Where it can take more than there are, the large ones among
     * them are split.
     */
    void begin(List<OpenScope> open) {
        Set<ScopeId> busy = new HashSet<>();
        underWay.values().forEach(scopes -> scopes.forEach(scope -> busy.add(scope.id())));
        List<OpenScope> free =
                open.stream().filter(scope -> !busy.contains(scope.id())).toList();
        int room = limit.now() - underWay.size();
        int idle = room - free.size();
        int each = Math.min(SCOPES, Math.max(1, free.size() / Math.max(1, room)));
        for (int from = 0; from < free.size() && room > 0; from += each, room--) {
            List<OpenScope> scopes = free.subList(from, Math.min(free.size(), from + each));
            StoreLister lister =
                    Optional.ofNullable(held.remove(scopes.get(0).id())).orElseGet(listers);
            boolean isSplit = idle > 0 && splits.isLarge(scopes.get(0));
            idle -= isSplit ? 1 : 0;
            underWay.put(completion.submit(() -> isSplit ? split(lister, scopes) : list(lister, scopes)), scopes);
        }
    }

    /** Waits for at least one listing and returns what all ended ones found. Empty if nothing is under way, or the store asked for fewer. */
    List<ScopePage> collect() throws InterruptedException {
        List<ScopePage> pages = new ArrayList<>();
        Future<Listed> ended = underWay.isEmpty() ? null : completion.take();
        while (ended != null) {
            underWay.remove(ended);
            pages.addAll(pages(ended));
            ended = completion.poll();
        }
        return pages;
    }

    /** What is still under way, as far as it ends within this time. */
    List<ScopePage> collectRest(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        List<ScopePage> pages = new ArrayList<>();
        while (!underWay.isEmpty()) {
            Future<Listed> ended = completion.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (ended == null) {
                break;
            }
            underWay.remove(ended);
            pages.addAll(pages(ended));
        }
        return pages;
    }

    private List<ScopePage> pages(Future<Listed> ended) throws InterruptedException {
        try {
            Listed listed = ended.get();
            limit.answered();
            listed.pages().stream()
                    .filter(each -> each.listing().next().isPresent())
                    .forEach(each -> held.put(each.scope().id(), listed.lister()));
            return listed.pages();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof StoreBusyException && limit.refused()) {
                return List.of();
            }
            if (failed.getCause() instanceof StoreException away) {
                throw new Problem(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        StoreWaits.STORE_AWAY,
                        "the store does not answer, try again: " + away.getMessage());
            }
            throw new IllegalStateException("a listing failed", failed.getCause());
        }
    }

    /** Stops at the first scope of which more is to come: the next call goes on with it, while its names are held. */
    private Listed list(StoreLister lister, List<OpenScope> scopes) throws StoreException {
        List<ScopePage> pages = new ArrayList<>();
        int left = page;
        for (OpenScope scope : scopes) {
            ScopePage listed = list(lister, scope, left);
            pages.add(listed);
            left -= 1 + listed.listing().size();
            if (left <= 0 || listed.listing().next().isPresent()) {
                break;
            }
        }
        return new Listed(pages, lister);
    }

    /** A page of the one scope, and where its rest is split. What is listed is listed, whatever becomes of the split. */
    private Listed split(StoreLister lister, List<OpenScope> scopes) throws StoreException {
        Listed listed = list(lister, scopes);
        ScopePage only = listed.pages().get(0);
        if (only.listing().next().isEmpty()) {
            return listed;
        }
        try {
            // A pivot is part of a scope's key, which is in an index as names are.
            Optional<KeyBytes> pivot =
                    splits.pivot(lister, only).filter(name -> name.bytes().length <= KeyPage.LONGEST_NAME);
            return new Listed(List.of(only.splitAt(pivot)), lister);
        } catch (StoreException unanswered) {
            return new Listed(List.of(only.splitAt(Optional.empty())), lister);
        }
    }

    private static ScopePage list(StoreLister lister, OpenScope scope, int max) throws StoreException {
        try {
            return ScopePage.listed(scope, lister.list(scope.path(), scope.after(), max));
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

    /** What is still under way is given up: its scopes are where they were. */
    @Override
    public void close() {
        underWay.keySet().forEach(listing -> listing.cancel(true));
    }

    /** Which scopes are split, and where. */
    interface Splits {
        boolean isLarge(OpenScope scope);

        /** Between the page's last name and its scope's end; empty if there is no such place, or the store's scopes are not split. */
        Optional<KeyBytes> pivot(StoreLister lister, ScopePage page) throws StoreException;
    }

    private record Listed(List<ScopePage> pages, StoreLister lister) {}
}
