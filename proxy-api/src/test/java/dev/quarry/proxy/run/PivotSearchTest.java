package dev.quarry.proxy.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.filter.FilterRules;
import dev.quarry.proxy.run.ScopePage.OpenScope;
import dev.quarry.proxy.run.ScopePage.ScopeId;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.MemoryStore;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Names as people and programs give them: the rest of a folder is split so that neither part is a small one, with few calls. */
class PivotSearchTest {
    private static final int FILES = 20_000;
    private static final int LISTED = 1_000;

    private final MemoryStore store = new MemoryStore();
    private final AtomicInteger calls = new AtomicInteger();

    private final StoreLister counted = new StoreLister() {
        @Override
        public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
            return store.list(folder, after, max);
        }

        @Override
        public Optional<KeyBytes> probe(KeyBytes folder, KeyBytes name) throws StoreException {
            calls.incrementAndGet();
            return store.probe(folder, name);
        }
    };

    @Test
    void countedNamesAreSplit() throws StoreException {
        assertSplit("counted", n -> String.format("IMG_%06d.jpg", n));
        assertSplit("without zeros", n -> "scan" + n + ".pdf");
    }

    @Test
    void hashesAndIdsAreSplit() throws StoreException {
        assertSplit("hashes", n -> String.format("%08x", n * 0x9E3779B1));
        assertSplit(
                "ids",
                n -> UUID.nameUUIDFromBytes(new byte[] {(byte) n, (byte) (n >> 8)})
                        .toString());
    }

    @Test
    void timesAreSplit() throws StoreException {
        assertSplit(
                "times",
                n -> String.format("backup-2024-%02d-%02dT%02d:%02d.log", 1 + n % 12, 1 + n % 28, n % 24, n % 60) + n);
    }

    @Test
    void namesInOtherLettersAreSplit() throws StoreException {
        assertSplit("greek", n -> "\u03b1" + (char) ('\u03b1' + n % 5) + n);
    }

    @Test
    void foldersAreSplitLikeFiles() throws StoreException {
        assertSplit("folders", n -> String.format("%06d/x", n));
    }

    @Test
    void aPartIsSplitBetweenItsEnds() throws StoreException {
        fill(n -> String.format("IMG_%06d.jpg", n));
        ScopePage page = page(Optional.of(KeyBytes.utf8("IMG_005000.jpg")));
        Optional<KeyBytes> pivot = new PivotSearch(counted, page).pivot(Optional.empty());
        assertThat(pivot.orElseThrow().toString()).isBetween("IMG_002500.jpg", "IMG_004000.jpg");
    }

    /** Also where the store has lost what lay behind it: then the rest is looked for before it. */
    @Test
    void whatTheLedgerHasInTheMiddleIsTheMiddleIfItIsStillThere() throws StoreException {
        fill(n -> String.format("IMG_%06d.jpg", n));
        ScopePage page = page(Optional.empty());
        assertThat(new PivotSearch(counted, page).pivot(Optional.of(KeyBytes.utf8("IMG_011111.jpg"))))
                .contains(KeyBytes.utf8("IMG_011112.jpg"));
        assertThat(calls).hasValue(1);
        assertThat(new PivotSearch(counted, page)
                        .pivot(Optional.of(KeyBytes.utf8("IMG_900000.jpg")))
                        .orElseThrow()
                        .toString())
                .startsWith("IMG_0");
    }

    @Test
    void aRestOfOneNameIsNotSplit() throws StoreException {
        for (int n = 0; n <= LISTED; n++) {
            store.put(KeyBytes.utf8(String.format("IMG_%06d.jpg", n)), new byte[0]);
        }
        assertThat(new PivotSearch(counted, page(Optional.empty())).pivot(Optional.empty()))
                .isEmpty();
        assertThat(calls.get()).isLessThanOrEqualTo(20);
    }

    private void assertSplit(String names, IntFunction<String> name) throws StoreException {
        fill(name);
        Optional<KeyBytes> pivot = new PivotSearch(counted, page(Optional.empty())).pivot(Optional.empty());
        long before = before(pivot.orElseThrow()) - LISTED;
        assertThat(before)
                .as(names + " before " + pivot)
                .isBetween((FILES - LISTED) / 20L, (FILES - LISTED) * 19L / 20);
        assertThat(calls.get()).as("calls for " + names).isLessThanOrEqualTo(20);
    }

    private long before(KeyBytes pivot) {
        return store.keys().stream().filter(key -> key.compareTo(pivot) <= 0).count();
    }

    private void fill(IntFunction<String> name) {
        store.keys().forEach(store::remove);
        calls.set(0);
        for (int n = 0; n < FILES; n++) {
            store.put(KeyBytes.utf8(name.apply(n)), new byte[0]);
        }
        assertThat(store.keys()).hasSize(FILES);
    }

    private ScopePage page(Optional<KeyBytes> until) throws StoreException {
        OpenScope scope = new OpenScope(
                new ScopeId(UUID.randomUUID(), KeyBytes.EMPTY), KeyBytes.EMPTY, Optional.empty(), until, 0, 0);
        return ScopePage.listed(scope, store.list(KeyBytes.EMPTY, Optional.empty(), LISTED), FilterRules.standard());
    }
}
