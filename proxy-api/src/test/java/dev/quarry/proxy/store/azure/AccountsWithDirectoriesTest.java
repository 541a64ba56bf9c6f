package dev.quarry.proxy.store.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.StoreFaults;
import dev.quarry.proxy.store.StoreLister;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A hierarchical namespace sorts names within a directory, where the slash is no part of a name; a flat one sorts whole names. */
class AccountsWithDirectoriesTest {
    private static final String[] NAMES = {"a/x", "a!", "a-b/x", "a0", "b/x", "a.txt"};

    private static List<String> walked(BlobsInMemory container, int max) throws IOException {
        for (String name : NAMES) {
            container.blobs.put(KeyBytes.utf8(name), new byte[] {1});
        }
        try (StoreFaults server = new StoreFaults(0)) {
            server.always(container);
            StoreLister lister = AzureTestStore.at(server.endpoint()).lister();
            List<String> found = new ArrayList<>();
            Optional<KeyBytes> after = Optional.empty();
            do {
                Listing page = lister.list(KeyBytes.EMPTY, after, max);
                page.files().stream().map(Entry::name).forEach(name -> found.add(name.toString()));
                page.folders().forEach(name -> found.add(name + "/"));
                after = page.next();
            } while (after.isPresent());
            return found;
        }
    }

    @Test
    void everyNameIsFoundOnceInPagesOfAnySize() throws IOException {
        for (boolean hierarchical : new boolean[] {false, true}) {
            for (int max = 1; max < 8; max++) {
                List<String> found = walked(new BlobsInMemory(hierarchical, true), max);
                assertThat(found).as(hierarchical + " " + max).doesNotHaveDuplicates();
                assertThat(new TreeSet<>(found)).containsExactly("a!", "a-b/", "a.txt", "a/", "a0", "b/");
            }
        }
    }

    @Test
    void anAccountThatDoesNotTellIsWalkedAsAFlatOne() throws IOException {
        for (int max = 1; max < 8; max++) {
            assertThat(walked(new BlobsInMemory(false, false), max))
                    .containsExactlyInAnyOrder("a!", "a-b/", "a.txt", "a/", "a0", "b/");
        }
    }

    /** What lies before {@code a/} by bytes lies behind it there. */
    @Test
    void onlyAnAccountThatSaysThatItIsFlatIsSplit() throws IOException {
        assertThat(isSplit(new BlobsInMemory(false, true))).isTrue();
        assertThat(isSplit(new BlobsInMemory(true, true))).isFalse();
        assertThat(isSplit(new BlobsInMemory(false, false))).isFalse();
    }

    private static boolean isSplit(BlobsInMemory container) throws IOException {
        for (String name : NAMES) {
            container.blobs.put(KeyBytes.utf8(name), new byte[] {1});
        }
        try (StoreFaults server = new StoreFaults(0)) {
            server.always(container);
            StoreLister lister = AzureTestStore.at(server.endpoint()).lister();
            return lister.probe(KeyBytes.EMPTY, KeyBytes.utf8("a")).isPresent();
        }
    }

    /** Its order would make us pass over {@code a!} after the folder {@code a}, and the ledger take it for deleted. */
    @Test
    void anAccountWithDirectoriesThatDoesNotTellIsRefusedAndNeverCutShort() {
        for (int max = 1; max < 8; max++) {
            BlobsInMemory container = new BlobsInMemory(true, false);
            int size = max;
            assertThatThrownBy(() -> walked(container, size))
                    .as("pages of " + max)
                    .isInstanceOf(NotReadableException.class)
                    .hasMessageContaining("order of bytes");
        }
    }
}
