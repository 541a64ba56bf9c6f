package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.filter.FilterRules;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.run.ScopePage.ScopeId;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreBusyException;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListingsAtOnceTest {
    private static final Listing NOTHING = new Listing(List.of(), List.of(), Optional.empty(), List.of());

    private static final KeyBytes MIDDLE = KeyBytes.utf8("m");

    /** All scopes are large, and all have one middle. */
    private final ScopeListing.Splits splits = new ScopeListing.Splits() {
        @Override
        public boolean isLarge(OpenScope scope) {
            return true;
        }

        @Override
        public Optional<KeyBytes> pivot(StoreLister lister, ScopePage page) throws StoreException {
            return lister.probe(page.path(), MIDDLE);
        }
    };

    /** By one call for the next one. */
    private final List<ScopeListing> left = new ArrayList<>();

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void asManyAsAreAllowedAreUnderWayAtOnce() throws Exception {
        CyclicBarrier together = new CyclicBarrier(4);
        ListingsAtOnce listings = listings(4, (folder, after, max) -> {
            await(together);
            return NOTHING;
        });
        listings.begin(scopes(4));
        List<ScopePage> pages = new ArrayList<>();
        while (pages.size() < 4) {
            pages.addAll(listings.collect(later()));
        }
        assertThat(pages).hasSize(4);
    }

    @Test
    void aScopeThatIsUnderWayIsNotBegunAgain() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        ListingsAtOnce listings = listings(4, (folder, after, max) -> {
            calls.incrementAndGet();
            await(gate);
            return NOTHING;
        });
        List<OpenScope> one = scopes(1);
        listings.begin(one);
        listings.begin(one);
        gate.countDown();
        assertThat(listings.collect(later())).hasSize(1);
        assertThat(listings.collect(later())).isEmpty();
        assertThat(calls).hasValue(1);
    }

    @Test
    void aStoreThatAsksForFewerGetsFewerAndNothingIsLost() throws Exception {
        ListingLimit limit = new ListingLimit(4);
        AtomicInteger refusals = new AtomicInteger(2);
        ListingsAtOnce listings = listings(limit, (folder, after, max) -> {
            if (refusals.getAndDecrement() > 0) {
                throw new StoreBusyException("503 SlowDown", new IOException());
            }
            return NOTHING;
        });
        List<OpenScope> left = new ArrayList<>(scopes(4));
        int fewest = 4;
        while (!left.isEmpty()) {
            listings.begin(left);
            listings.collect(later())
                    .forEach(page -> left.removeIf(
                            scope -> scope.id().equals(page.scope().id())));
            fewest = Math.min(fewest, limit.now());
        }
        assertThat(fewest).isLessThanOrEqualTo(2);
    }

    @Test
    void aStoreThatRefusesEvenOneIsAway() throws Exception {
        ListingsAtOnce listings = listings(1, (folder, after, max) -> {
            throw new StoreBusyException("503 SlowDown", new IOException());
        });
        listings.begin(scopes(1));
        assertThatThrownBy(() -> listings.collect(later()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("SlowDown");
    }

    @Test
    void aStoreThatIsAwayEndsTheWalkAndAFolderThatIsRefusedDoesNot() throws Exception {
        ListingsAtOnce refused = listings(1, (folder, after, max) -> {
            throw new NotReadableException("403");
        });
        refused.begin(scopes(1));
        assertThat(refused.collect(later()).get(0).failure()).contains("403");
        ListingsAtOnce away = listings(1, (folder, after, max) -> {
            throw new StoreAwayException("gone fishing");
        });
        away.begin(scopes(1));
        assertThatThrownBy(() -> away.collect(later()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("gone fishing");
    }

    @Test
    void scopesAreSplitAsLongAsFewerListingsAreUnderWayThanCouldBe() throws Exception {
        ListingsAtOnce listings = listings(5, new Endless(MIDDLE));
        listings.begin(scopes(3));
        List<ScopePage> pages = collect(listings, 3);
        assertThat(pages.stream().filter(page -> page.pivot().isPresent())).hasSize(2);
        listings.begin(scopes(8));
        assertThat(collect(listings, 5)).noneMatch(ScopePage::probed);
    }

    @Test
    void aPageCountsWhateverBecomesOfTheSplit() throws Exception {
        ListingsAtOnce listings = listings(2, new Endless(null));
        listings.begin(scopes(1));
        ScopePage page = collect(listings, 1).get(0);
        assertThat(page.listing().next()).isPresent();
        assertThat(page.probed()).isTrue();
        assertThat(page.pivot()).isEmpty();
    }

    @Test
    void whatHasComeToItsEndIsNotSplit() throws Exception {
        ListingsAtOnce listings = listings(2, (folder, after, max) -> NOTHING);
        listings.begin(scopes(1));
        assertThat(collect(listings, 1)).noneMatch(ScopePage::probed);
    }

    @Test
    void aFolderThatHangsKeepsNoOthersWaitingAndIsNotBegunAgain() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger hung = new AtomicInteger();
        StoreLister store = (folder, after, max) -> {
            if (folder.equals(KeyBytes.utf8("folder1"))) {
                hung.incrementAndGet();
                await(gate);
            }
            return NOTHING;
        };
        ListingLimit limit = new ListingLimit(2);
        List<OpenScope> open = new ArrayList<>(scopes(8));
        try (ListingsAtOnce first = listings(limit, store)) {
            first.begin(open);
            first.collect(later()).forEach(page -> open.remove(page.scope()));
            first.collectRest(Duration.ofMillis(50)).forEach(page -> open.remove(page.scope()));
        }
        assertThat(open).as("what was listed before the one that hangs counts").hasSize(3);
        try (ListingsAtOnce second = listings(limit, store)) {
            second.begin(open);
            while (open.size() > 1) {
                second.collect(later()).forEach(page -> open.remove(page.scope()));
                second.begin(open);
            }
            assertThat(second.collect(Instant.now()))
                    .as("it is waited for no longer than may be")
                    .isEmpty();
        }
        assertThat(open).singleElement().extracting(OpenScope::path).isEqualTo(KeyBytes.utf8("folder1"));
        gate.countDown();
        try (ListingsAtOnce third = listings(limit, store)) {
            third.begin(open);
            assertThat(third.collect(later())).hasSize(1);
        }
        assertThat(hung).hasValue(1);
    }

    @Test
    void whatWasLeftIsNotTakenOverWhenItsScopeHasMovedOn() throws Exception {
        ListingsAtOnce first = listings(1, (folder, after, max) -> NOTHING);
        OpenScope scope = scopes(1).get(0);
        first.begin(List.of(scope));
        first.close();
        OpenScope moved = new OpenScope(scope.id(), scope.path(), scope.after(), scope.until(), 1, 0);
        ListingsAtOnce second = listings(1, (folder, after, max) -> NOTHING);
        second.begin(List.of(moved));
        assertThat(collect(second, 1)).extracting(ScopePage::scope).containsExactly(moved);
    }

    @Test
    void whatWasListedCountsWhenAnotherListingFails() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        ListingsAtOnce listings = listings(2, (folder, after, max) -> {
            await(together);
            if (folder.equals(KeyBytes.utf8("folder0"))) {
                throw new StoreAwayException("gone fishing");
            }
            return NOTHING;
        });
        listings.begin(scopes(2));
        List<ScopePage> pages = new ArrayList<>();
        try {
            pages.addAll(listings.collect(later()));
        } catch (Problem nothingElseYet) {
            assertThat(nothingElseYet).hasMessageContaining("gone fishing");
        }
        pages.addAll(listings.collectRest(Duration.ofSeconds(10)));
        assertThat(pages).hasSize(1);
    }

    @Test
    void theScopesBeforeOneThatFailsCount() throws Exception {
        ListingsAtOnce listings = listings(1, (folder, after, max) -> {
            if (folder.equals(KeyBytes.utf8("folder2"))) {
                throw new StoreAwayException("gone fishing");
            }
            return NOTHING;
        });
        listings.begin(scopes(4));
        assertThat(listings.collect(later())).hasSize(2);
    }

    @Test
    void callsThatOverlapShareTheStoresRoom() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger atOnce = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        StoreLister store = (folder, after, max) -> {
            most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            await(gate);
            atOnce.decrementAndGet();
            return NOTHING;
        };
        ListingLimit limit = new ListingLimit(2);
        ListingsAtOnce first = listings(limit, store);
        ListingsAtOnce second = listings(limit, store);
        first.begin(scopes(2));
        second.begin(scopes(2));
        assertThat(second.collect(Instant.now().plusMillis(20))).isEmpty();
        gate.countDown();
        collect(first, 2);
        second.collect(later());
        second.begin(scopes(2));
        collect(second, 2);
        assertThat(most).hasValueLessThanOrEqualTo(2);
    }

    private static Instant later() {
        return Instant.now().plusSeconds(10);
    }

    private static List<ScopePage> collect(ListingsAtOnce listings, int number) throws InterruptedException {
        List<ScopePage> pages = new ArrayList<>();
        while (pages.size() < number) {
            pages.addAll(listings.collect(later()));
        }
        return pages;
    }

    /** @param found when it is probed; null: it does not answer then */
    private record Endless(@Nullable KeyBytes found) implements StoreLister {
        @Override
        public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) {
            return new Listing(List.of(), List.of(), Optional.of(KeyBytes.utf8("a")), List.of());
        }

        @Override
        public Optional<KeyBytes> probe(KeyBytes folder, KeyBytes name) throws StoreException {
            if (found == null) {
                throw new StoreAwayException("gone fishing");
            }
            return Optional.of(found);
        }
    }

    private ListingsAtOnce listings(int most, StoreLister lister) {
        return listings(new ListingLimit(most), lister);
    }

    private ListingsAtOnce listings(ListingLimit limit, StoreLister lister) {
        List<ScopeListing> before = List.copyOf(left);
        left.clear();
        return new ListingsAtOnce(
                () -> new RuledLister(lister, FilterRules::standard),
                limit,
                threads,
                1_000,
                splits,
                before,
                left::addAll);
    }

    private static List<OpenScope> scopes(int number) {
        List<OpenScope> scopes = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            scopes.add(new OpenScope(
                    new ScopeId(UUID.randomUUID(), KeyBytes.EMPTY),
                    KeyBytes.utf8("folder" + i),
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    0));
        }
        return scopes;
    }

    private static void await(CyclicBarrier together) throws StoreException {
        try {
            together.await(10, TimeUnit.SECONDS);
        } catch (Exception alone) {
            throw new StoreAwayException("the others did not come", alone);
        }
    }

    private static void await(CountDownLatch gate) throws StoreException {
        try {
            if (!gate.await(10, TimeUnit.SECONDS)) {
                throw new StoreAwayException("the gate stayed shut");
            }
        } catch (InterruptedException stopped) {
            throw new StoreAwayException("stopped", stopped);
        }
    }
}
