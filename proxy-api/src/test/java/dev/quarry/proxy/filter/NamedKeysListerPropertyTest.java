package dev.quarry.proxy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.MemoryStore;
import dev.quarry.proxy.store.StoreException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** However names lie to each other, a leap passes over none that is asked for, and nothing else is shown. */
class NamedKeysListerPropertyTest {
    @Property(tries = 300)
    void everyKeyAskedForThatIsThereIsFoundOnceAndNoOther(
            @ForAll @Size(max = 25) List<@StringLength(min = 1, max = 3) @CharRange(from = '-', to = '3') String> there,
            @ForAll @Size(max = 10) List<@StringLength(min = 1, max = 3) @CharRange(from = '-', to = '3') String> asked,
            @ForAll @IntRange(min = 1, max = 5) int max)
            throws StoreException {
        MemoryStore store = new MemoryStore();
        Set<KeyBytes> stored = new TreeSet<>();
        for (String name : there) {
            store.put(KeyBytes.utf8(name), new byte[1]);
            stored.add(KeyBytes.utf8(name));
        }
        Set<KeyBytes> wanted = new TreeSet<>();
        asked.forEach(name -> wanted.add(KeyBytes.utf8(name)));
        stored.stream().limit(3).forEach(wanted::add);
        Set<KeyBytes> expected = new TreeSet<>(wanted);
        expected.retainAll(stored);
        Set<KeyBytes> found = new TreeSet<>();
        WalkRules rules = new WalkRules(
                (key, version, most) -> new byte[0],
                Filters.standard(),
                true,
                Instant.EPOCH,
                Optional.of(new NamedKeys(wanted)));
        walk(rules, store, KeyBytes.EMPTY, max, found);
        assertThat(found).isEqualTo(expected);
    }

    private static void walk(WalkRules rules, MemoryStore store, KeyBytes folder, int max, Set<KeyBytes> found)
            throws StoreException {
        Optional<KeyBytes> after = Optional.empty();
        Set<KeyBytes> folders = new TreeSet<>();
        do {
            Listing page = rules.lister(store).list(folder, after, max);
            for (Entry entry : page.files()) {
                assertThat(found.add(folder.child(entry.name()))).as("once").isTrue();
            }
            folders.addAll(page.folders());
            after = page.next();
        } while (after.isPresent());
        for (KeyBytes name : folders) {
            walk(rules, store, folder.folder(name), max, found);
        }
    }
}
