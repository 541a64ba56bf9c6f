package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** The whole contract again with so few names held that every folder is read several times; and how much is held of a huge one. */
class SmallWindowListerTest extends FilesystemStoreListerTest {
    @Override
    protected StoreLister lister() {
        return lister(3);
    }

    private StoreLister lister(int names) {
        FilesystemTestStore store = FilesystemTestStore.of(root);
        return new FilesystemStoreLister(store.root(), store.calls(), names);
    }

    @Property(tries = 300)
    void windowsOneAfterTheOtherHoldEveryNameOnceInOrder(
            @ForAll List<@StringLength(min = 1, max = 3) @AlphaChars String> names,
            @ForAll @IntRange(min = 1, max = 5) int most) {
        TreeSet<KeyBytes> expected = new TreeSet<>();
        names.forEach(name -> expected.add(KeyBytes.utf8(name)));
        List<byte[]> inNoOrder = new ArrayList<>();
        names.forEach(name -> inNoOrder.add(KeyBytes.utf8(name).bytes()));
        List<KeyBytes> found = new ArrayList<>();
        Optional<KeyBytes> after = Optional.empty();
        NameWindow window;
        do {
            window = NameWindow.of(inNoOrder, after, most);
            assertThat(window.names().length).isLessThanOrEqualTo(most);
            for (byte[] name : window.names()) {
                found.add(KeyBytes.of(name));
            }
            after = found.isEmpty() ? after : Optional.of(found.get(found.size() - 1));
        } while (!window.whole());
        assertThat(found).containsExactlyElementsOf(expected);
    }

    @Test
    void ofAHugeFolderOnlyTheFirstNamesAreHeld() throws IOException {
        int files = 200_000;
        int held = 10_000;
        String tail = "-".repeat(200);
        for (int i = 0; i < files; i++) {
            Files.createFile(root.resolve(i + tail));
        }
        long before = usedHeap();
        StoreLister lister = lister(held);
        Listing page = lister.list(KeyBytes.EMPTY, Optional.empty(), 10);
        long grown = usedHeap() - before;
        assertThat(page.next()).isPresent();
        // All names are 45 MB.
        assertThat(grown).isLessThan(15L << 20);
        assertThat(lister.list(KeyBytes.EMPTY, page.next(), 10).files()).hasSize(10);
    }

    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
