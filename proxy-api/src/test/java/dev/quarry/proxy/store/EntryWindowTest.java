package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

class EntryWindowTest {
    /** Whatever order they come in, a new one for each window, and however many of them twice. */
    @Property(tries = 500)
    void windowsOneAfterTheOtherHoldWhatSortingAllNamesGives(
            @ForAll @Size(max = 20) List<@StringLength(min = 1, max = 3) @CharRange(from = '-', to = '1') String> names,
            @ForAll @IntRange(min = 1, max = 6) int most,
            @ForAll @IntRange(min = 1, max = 4) int max,
            @ForAll long seed)
            throws IOException {
        TreeSet<KeyBytes> expected = new TreeSet<>();
        names.forEach(name -> expected.add(firstName(name)));
        List<KeyBytes> found = new ArrayList<>();
        Optional<KeyBytes> after = Optional.empty();
        Random random = new Random(seed);
        EntryWindow window = window(names, after, most, random);
        do {
            if (!window.serves(KeyBytes.EMPTY, after)) {
                window = window(names, after, most, random);
            }
            assertThat(window.page(Optional.empty(), Integer.MAX_VALUE).size()).isLessThanOrEqualTo(most);
            Listing page = window.page(after, max);
            assertThat(page.size()).isLessThanOrEqualTo(max);
            List<KeyBytes> both = new ArrayList<>();
            page.files().forEach(file -> both.add(file.name()));
            page.folders().forEach(folder -> both.add(folder.withSlash()));
            both.sort(null);
            found.addAll(both);
            after = page.next();
        } while (after.isPresent());
        assertThat(found).containsExactlyElementsOf(expected);
    }

    private static EntryWindow window(List<String> names, Optional<KeyBytes> after, int most, Random random) {
        List<String> inNoOrder = new ArrayList<>(names);
        Collections.shuffle(inNoOrder, random);
        EntryWindow window = new EntryWindow(KeyBytes.EMPTY, "", after, most, "the store");
        inNoOrder.forEach(name -> offer(window, firstName(name)));
        return window;
    }

    /** A key with a slash in it is in a folder. */
    private static KeyBytes firstName(String key) {
        int slash = key.indexOf('/');
        return KeyBytes.utf8(slash < 0 ? key : key.substring(0, slash + 1));
    }

    private static void offer(EntryWindow window, KeyBytes name) {
        if (name.endsWithSlash()) {
            window.folder(name);
        } else if (window.file(name)) {
            window.add(new Entry(name, 1, Instant.EPOCH, "1-e", false, null));
        }
    }
}
