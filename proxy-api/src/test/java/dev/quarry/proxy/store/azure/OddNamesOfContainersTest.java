package dev.quarry.proxy.store.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.store.Entry;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.NotReadableException;
import dev.quarry.proxy.store.StoreFaults;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.StoreReaderContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names that do not look like paths. A name is bytes; only the slash means anything, and no part between slashes does. */
class OddNamesOfContainersTest extends StoreReaderContract {
    private final BlobsInMemory container = new BlobsInMemory(false, true);
    private final StoreFaults server = new StoreFaults(0);
    private final AzureTestStore store = AzureTestStore.at(server.endpoint());

    OddNamesOfContainersTest() {
        server.always(container);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Override
    protected StoreLister lister() {
        return store.lister();
    }

    @Override
    protected StoreReader reader() {
        return store.reader();
    }

    @Override
    protected void put(KeyBytes key, String content) {
        container.blobs.put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected void remove(KeyBytes key) {
        container.blobs.remove(key);
    }

    @Override
    protected List<KeyBytes> oddKeys() {
        return List.of(
                KeyBytes.utf8("/"),
                KeyBytes.utf8("//"),
                KeyBytes.utf8("/leading"),
                KeyBytes.utf8("//leading"),
                KeyBytes.utf8("///"),
                KeyBytes.utf8("a//b"),
                KeyBytes.utf8("a///b"),
                KeyBytes.utf8("a/"),
                KeyBytes.utf8("a//"),
                KeyBytes.utf8("a"),
                KeyBytes.utf8("..."),
                KeyBytes.utf8("../../etc/passwd"),
                KeyBytes.utf8("a/../b"),
                KeyBytes.utf8("a/./b"),
                KeyBytes.utf8("a/.."),
                KeyBytes.utf8("%2F"),
                KeyBytes.utf8("%2e%2e"),
                KeyBytes.utf8("100%41"),
                KeyBytes.utf8("a+b c&d=e?f#g;h"),
                KeyBytes.utf8("\u0001\n\r\t\u007f"),
                KeyBytes.utf8("emoji \ud83d\ude00"),
                KeyBytes.utf8("sorts after an emoji in Java and before it by bytes \uffed"),
                KeyBytes.utf8("nfc \u00e9"),
                KeyBytes.utf8("nfd e\u0301"),
                KeyBytes.utf8("back\\slash"),
                KeyBytes.utf8("k".repeat(1_024)),
                KeyBytes.utf8("d".repeat(1_022) + "/x"));
    }

    /** A URL that ends with such a part is another URL, whoever reads it. The blob beside it is not read in its place. */
    @Test
    void aNameThatNoUrlCanHoldIsListedAndSaidToBeNotReadable() throws IOException {
        put(KeyBytes.utf8(".."), "x");
        put(KeyBytes.utf8("."), "x");
        Map<KeyBytes, Entry> found = listed();
        assertThat(found).containsOnlyKeys(KeyBytes.utf8("."), KeyBytes.utf8(".."));
        for (KeyBytes key : found.keySet()) {
            String version = Objects.requireNonNull(found.get(key)).version();
            assertThatThrownBy(() -> read(key, version, Optional.empty()))
                    .isInstanceOf(NotReadableException.class)
                    .hasMessageContaining("URL");
        }
    }

    @Property(tries = 150)
    void everyNameIsFoundOnceWhateverTheNamesAndPages(
            @ForAll @Size(max = 12) List<@StringLength(min = 1, max = 5) @CharRange(from = '-', to = '0') String> names,
            @ForAll @IntRange(min = 1, max = 5) int max)
            throws IOException {
        container.blobs.clear();
        assertEachIsFoundOnce(names, max);
    }
}
