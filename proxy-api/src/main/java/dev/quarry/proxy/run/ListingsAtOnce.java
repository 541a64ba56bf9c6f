package dev.quarry.proxy.run;

import dev.quarry.proxy.attempt.StoreWaits;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.run.ScopePage.ScopeId;
import dev.quarry.proxy.store.StoreBusyException;
import dev.quarry.proxy.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * The listings of one {@code advance} that are under way at once, each of some scopes one after the other, while the caller commits what came before.
 * One use; not for several threads.
 */
final class ListingsAtOnce implements AutoCloseable {
    /** Scopes that one listing takes: many are small, and a commit should hold many. */
    private static final int SCOPES = 16;

    private final Supplier<RuledLister> listers;
    private final ListingLimit limit;
    private final Executor threads;
    private final int page;
    private final ScopeListing.Splits splits;
    private final List<ScopeListing> unfinished;
    private final Consumer<List<ScopeListing>> leaving;
    private final BlockingQueue<ScopeListing> ended = new LinkedBlockingQueue<>();
    private final Set<ScopeListing> underWay = new LinkedHashSet<>();
    /** Listers that hold the names of a folder of which more is to come. */
    private final Map<ScopeId, RuledLister> held = new HashMap<>();

    private @Nullable Exception failure;

    /**
     * @param unfinished listings of the run that an earlier call left
     * @param leaving is given those that this one leaves
     */
    ListingsAtOnce(
            Supplier<RuledLister> listers,
            ListingLimit limit,
            Executor threads,
            int page,
            ScopeListing.Splits splits,
            List<ScopeListing> unfinished,
            Consumer<List<ScopeListing>> leaving) {
        this.listers = listers;
        this.limit = limit;
        this.threads = threads;
        this.page = page;
        this.splits = splits;
        this.unfinished = new ArrayList<>(unfinished);
        this.leaving = leaving;
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
        takeOver(open);
        List<OpenScope> free = free(open);
        int room = limit.room();
        int splittable = room - free.size();
        for (List<OpenScope> scopes : grouped(free, room)) {
            boolean isSplit = splittable > 0 && splits.isLarge(scopes.get(0));
            if (!begin(scopes, isSplit)) {
                return;
            }
            splittable -= isSplit ? 1 : 0;
        }
    }

    /** What was left goes on where it is, if its scopes are as they were. */
    private void takeOver(List<OpenScope> open) {
        for (ScopeListing left : unfinished) {
            if (open.containsAll(left.scopes())) {
                underWay.add(left);
                left.takeOver(ended);
            }
        }
        unfinished.clear();
    }

    private List<OpenScope> free(List<OpenScope> open) {
        Set<ScopeId> busy = new HashSet<>();
        underWay.forEach(listing -> listing.scopes().forEach(scope -> busy.add(scope.id())));
        return open.stream().filter(scope -> !busy.contains(scope.id())).toList();
    }

    /** As many groups as there is room for, or fewer, of scopes that follow each other. */
    private static List<List<OpenScope>> grouped(List<OpenScope> free, int room) {
        int each = Math.min(SCOPES, Math.max(1, free.size() / Math.max(1, room)));
        List<List<OpenScope>> groups = new ArrayList<>();
        for (int from = 0; from < free.size() && groups.size() < room; from += each) {
            groups.add(free.subList(from, Math.min(free.size(), from + each)));
        }
        return groups;
    }

    private boolean begin(List<OpenScope> scopes, boolean isSplit) {
        if (!limit.begin()) {
            return false;
        }
        RuledLister lister =
                Optional.ofNullable(held.remove(scopes.get(0).id())).orElseGet(listers);
        ScopeListing listing =
                new ScopeListing(lister, scopes, page, isSplit ? Optional.of(splits) : Optional.empty(), limit, ended);
        underWay.add(listing);
        threads.execute(listing);
        return true;
    }

    /**
     * Waits for at least one listing and returns what all ended ones found. Empty if none ended in time, or the store asked for fewer.
     *
     * @throws Problem 503 store_away if nothing was found because the store does not answer
     */
    List<ScopePage> collect(Instant deadline) throws InterruptedException {
        failure = null;
        if (underWay.isEmpty()) {
            limit.awaitRoom(deadline);
            return List.of();
        }
        List<ScopePage> pages = new ArrayList<>();
        for (ScopeListing one = next(deadline); one != null; one = ended.poll()) {
            pages.addAll(pages(one));
        }
        if (pages.isEmpty() && failure != null) {
            throw problem(failure);
        }
        return pages;
    }

    /** What is still under way, as far as it is listed within this time. */
    List<ScopePage> collectRest(Duration patience) throws InterruptedException {
        Instant deadline = Instant.now().plus(patience);
        List<ScopePage> pages = new ArrayList<>();
        while (!underWay.isEmpty()) {
            ScopeListing one = next(deadline);
            if (one == null) {
                break;
            }
            pages.addAll(pages(one));
        }
        underWay.forEach(late -> pages.addAll(late.leave()));
        return pages;
    }

    private @Nullable ScopeListing next(Instant deadline) throws InterruptedException {
        return ended.poll(Duration.between(Instant.now(), deadline).toNanos(), TimeUnit.NANOSECONDS);
    }

    private List<ScopePage> pages(ScopeListing listing) {
        underWay.remove(listing);
        Optional<Exception> why = listing.failure();
        if (why.isEmpty()) {
            listing.tell();
        } else if (!(why.get() instanceof StoreBusyException) || !limit.refused()) {
            failure = why.get();
        }
        List<ScopePage> pages = listing.taken();
        pages.stream()
                .filter(each -> each.listing().next().isPresent())
                .forEach(each -> held.put(each.scope().id(), listing.lister()));
        return pages;
    }

    private static RuntimeException problem(Exception failure) {
        if (failure instanceof StoreException away) {
            return new Problem(
                    HttpStatus.SERVICE_UNAVAILABLE,
                    StoreWaits.STORE_AWAY,
                    "the store does not answer, try again: " + away.getMessage());
        }
        return new IllegalStateException("a listing failed", failure);
    }

    /** What is still under way is left for the next call. */
    @Override
    public void close() {
        underWay.forEach(ScopeListing::leave);
        if (!underWay.isEmpty()) {
            leaving.accept(List.copyOf(underWay));
        }
    }
}
