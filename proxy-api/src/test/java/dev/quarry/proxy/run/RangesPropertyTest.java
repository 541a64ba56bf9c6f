package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.filter.FilterRules;
import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.run.ScopePage.ScopeId;
import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.MemoryStore;
import dev.quarry.proxy.store.StoreException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A folder that is split wherever, as often as anybody likes, while its keys change: each name once, and the ledger compared with each range once. */
class RangesPropertyTest {
    /** Around the slash, around the digits, and more than one byte. */
    private static final String[] CHARACTERS = {"!", "-", "/", "0", "1", "a", "b", "~", "\u00e9", "\ud83d\ude00"};

    @Property(tries = 2_000)
    void everyNameIsListedOnceWhereverItsFolderIsSplit(@ForAll long seed) throws StoreException {
        Random random = new Random(seed);
        MemoryStore store = new MemoryStore();
        for (int i = random.nextInt(40); i >= 0; i--) {
            store.put(key(random), new byte[1]);
        }
        Set<KeyBytes> always = namesOf(store.keys());
        Walk walk = new Walk(store, random);
        while (walk.step()) {
            if (random.nextInt(3) == 0) {
                always.retainAll(changed(store, random));
            }
        }
        assertThat(walk.listed).doesNotHaveDuplicates().containsAll(always);
        walk.assertEachRangeIsComparedOnce();
    }

    private static KeyBytes key(Random random) {
        StringBuilder key = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            key.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
        }
        return KeyBytes.utf8(key.toString());
    }

    /** Names that are there afterwards. */
    private static Set<KeyBytes> changed(MemoryStore store, Random random) {
        List<KeyBytes> keys = store.keys();
        if (random.nextBoolean() && !keys.isEmpty()) {
            store.remove(keys.get(random.nextInt(keys.size())));
        } else {
            store.put(key(random), new byte[1]);
        }
        return namesOf(store.keys());
    }

    /** In the root, those of folders with their slash. */
    private static Set<KeyBytes> namesOf(List<KeyBytes> keys) {
        Set<KeyBytes> names = new HashSet<>();
        for (KeyBytes key : keys) {
            byte[] bytes = key.bytes();
            int end = 0;
            while (end < bytes.length && (end == 0 || bytes[end - 1] != '/')) {
                end++;
            }
            names.add(KeyBytes.of(Arrays.copyOf(bytes, end)));
        }
        return names;
    }

    /** The root as scopes, listed in any order, by what the product lists and splits them with. */
    private static final class Walk {
        private final MemoryStore store;
        private final Random random;
        private final UUID folder = new UUID(0, 0);
        private final List<OpenScope> open = new ArrayList<>();
        private final List<KeyBytes> listed = new ArrayList<>();
        private final List<Range> compared = new ArrayList<>();

        /** What a page is compared with. */
        private record Range(Optional<KeyBytes> after, Optional<KeyBytes> end) {}

        Walk(MemoryStore store, Random random) {
            this.store = store;
            this.random = random;
            open.add(new OpenScope(
                    new ScopeId(folder, KeyBytes.EMPTY), KeyBytes.EMPTY, Optional.empty(), Optional.empty(), 0, 0));
        }

        boolean step() throws StoreException {
            if (open.isEmpty()) {
                return false;
            }
            OpenScope scope = open.remove(random.nextInt(open.size()));
            ScopePage page = ScopePage.listed(
                    scope, store.list(KeyBytes.EMPTY, scope.after(), 1 + random.nextInt(4)), FilterRules.standard());
            page.listing().files().stream().map(Entry::name).forEach(listed::add);
            page.listing().folders().stream().map(KeyBytes::withSlash).forEach(listed::add);
            compared.add(new Range(scope.after(), page.end()));
            page.listing().next().ifPresent(next -> goOn(scope, next, pivot(page)));
            return true;
        }

        private Optional<KeyBytes> pivot(ScopePage page) {
            Optional<KeyBytes> middle = random.nextBoolean() ? Optional.of(key(random)) : Optional.empty();
            try {
                return random.nextInt(3) == 0
                        ? Optional.empty()
                        : new PivotSearch(store, page)
                                .pivot(middle.filter(name -> !name.toString().contains("/")));
            } catch (StoreException impossible) {
                throw new AssertionError(impossible);
            }
        }

        /** As {@link Scopes#advance} has it. */
        private void goOn(OpenScope scope, KeyBytes next, Optional<KeyBytes> pivot) {
            pivot.ifPresent(name -> assertThat(name)
                    .as("pivot")
                    .isGreaterThan(next)
                    .satisfies(inRange ->
                            scope.until().ifPresent(end -> assertThat(inRange).isLessThan(end))));
            open.add(new OpenScope(
                    scope.id(), scope.path(), Optional.of(next), pivot.or(scope::until), scope.pages() + 1, 0));
            pivot.ifPresent(name ->
                    open.add(new OpenScope(new ScopeId(folder, name), scope.path(), pivot, scope.until(), 0, 0)));
        }

        void assertEachRangeIsComparedOnce() {
            compared.sort(Comparator.comparing(range -> range.after().orElse(KeyBytes.EMPTY)));
            Optional<KeyBytes> end = Optional.empty();
            for (Range range : compared) {
                assertThat(range.after()).isEqualTo(end);
                end = range.end();
            }
            assertThat(end).as("the last range's end").isEmpty();
        }
    }
}
