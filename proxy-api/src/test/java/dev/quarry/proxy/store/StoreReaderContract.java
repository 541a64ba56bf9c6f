package dev.quarry.proxy.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What every kind of store must do when what it lists is read. A variant gives the set-up only. */
public abstract class StoreReaderContract {
    private static final KeyBytes KEY = KeyBytes.utf8("folder/file");

    protected abstract StoreLister lister() throws IOException;

    protected abstract StoreReader reader() throws IOException;

    protected abstract void put(KeyBytes key, String content) throws IOException;

    protected abstract void remove(KeyBytes key) throws IOException;

    /** Keys that people would not believe in and that the store holds. */
    protected abstract List<KeyBytes> oddKeys();

    @Test
    void theListedVersionIsReadWholeOrInPart() throws IOException {
        put(KEY, "0123456789");
        String version = version(KEY);
        assertThat(read(KEY, version, Optional.empty())).isEqualTo("0123456789");
        assertThat(read(KEY, version, Optional.of(new ByteRange(2, 3)))).isEqualTo("234");
        assertThat(read(KEY, version, Optional.of(new ByteRange(8, 100)))).isEqualTo("89");
        assertThat(read(KEY, version, Optional.of(new ByteRange(10, 1)))).isEmpty();
    }

    @Test
    void anEmptyFileIsReadAsNothing() throws IOException {
        put(KEY, "");
        assertThat(read(KEY, version(KEY), Optional.empty())).isEmpty();
    }

    @Test
    void anotherVersionIsRefusedThoughItHasTheSameSize() throws IOException {
        put(KEY, "0123456789");
        String version = version(KEY);
        put(KEY, "9876543210");
        for (Optional<ByteRange> range : List.of(
                Optional.<ByteRange>empty(), Optional.of(new ByteRange(1, 2)), Optional.of(new ByteRange(10, 1)))) {
            assertThatThrownBy(() -> read(KEY, version, range)).isInstanceOf(ChangedInStoreException.class);
        }
    }

    @Test
    void aFileThatIsNotThereIsGone() throws IOException {
        put(KEY, "x");
        String version = version(KEY);
        remove(KEY);
        assertThatThrownBy(() -> read(KEY, version, Optional.empty())).isInstanceOf(GoneFromStoreException.class);
    }

    @Test
    void everyOddKeyIsFoundByTheWalkAndReadBack() throws IOException {
        Map<KeyBytes, String> contents = new HashMap<>();
        for (KeyBytes key : oddKeys()) {
            contents.put(key, "content of " + key.base64Url());
            put(key, contents.get(key));
        }
        Map<KeyBytes, Entry> listed = listed();
        assertThat(listed).containsOnlyKeys(contents.keySet());
        for (Map.Entry<KeyBytes, Entry> one : listed.entrySet()) {
            assertThat(read(one.getKey(), one.getValue().version(), Optional.empty()))
                    .as(one.getKey().toString())
                    .isEqualTo(contents.get(one.getKey()));
        }
    }

    /** Whatever the keys and the size of pages, every one is found once, in its place, and nothing else. The store is empty before. */
    protected final void assertEachIsFoundOnce(List<String> keys, int max) throws IOException {
        Set<KeyBytes> expected = new TreeSet<>();
        for (String key : keys) {
            put(KeyBytes.utf8(key), "x");
            expected.add(KeyBytes.utf8(key));
        }
        assertThat(listed(max)).containsOnlyKeys(expected);
    }

    private String version(KeyBytes key) throws IOException {
        return Objects.requireNonNull(listed().get(key)).version();
    }

    /** Walks everything. */
    protected Map<KeyBytes, Entry> listed() throws IOException {
        return listed(3);
    }

    /** @param max of each page */
    protected Map<KeyBytes, Entry> listed(int max) throws IOException {
        Map<KeyBytes, Entry> found = new HashMap<>();
        walk(lister(), KeyBytes.EMPTY, max, found);
        return found;
    }

    private static void walk(StoreLister lister, KeyBytes folder, int max, Map<KeyBytes, Entry> found)
            throws IOException {
        Optional<KeyBytes> after = Optional.empty();
        List<KeyBytes> below = new java.util.ArrayList<>();
        do {
            Listing page = lister.list(folder, after, max);
            page.files()
                    .forEach(entry -> assertThat(found.put(folder.child(entry.name()), entry))
                            .isNull());
            below.addAll(page.folders());
            after = page.next();
        } while (after.isPresent());
        for (KeyBytes name : below) {
            walk(lister, folder.folder(name), max, found);
        }
    }

    protected String read(KeyBytes key, String version, Optional<ByteRange> range) throws IOException {
        try (StoreContent content = reader().open(key, version, range)) {
            byte[] bytes = content.stream().readAllBytes();
            assertThat(bytes).hasSize((int) content.length());
            return new String(bytes, UTF_8);
        }
    }
}
