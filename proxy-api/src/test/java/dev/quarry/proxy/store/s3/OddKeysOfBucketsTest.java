package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreFaults;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.StoreReaderContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.AfterEach;

/** Keys that do not look like paths. A key is bytes; only the slash means anything, and no name between slashes does. */
class OddKeysOfBucketsTest extends StoreReaderContract {
    static final List<KeyBytes> KEYS = List.of(
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
            KeyBytes.utf8(".."),
            KeyBytes.utf8("."),
            KeyBytes.utf8("../../etc/passwd"),
            KeyBytes.utf8("a/../b"),
            KeyBytes.utf8("a/./b"),
            KeyBytes.utf8("%2F"),
            KeyBytes.utf8("100%41"),
            KeyBytes.utf8("a+b c&d=e?f#g;h"),
            KeyBytes.utf8("\u0001\n\r\t\u007f"),
            KeyBytes.utf8("emoji \ud83d\ude00"),
            KeyBytes.utf8("sorts after an emoji in Java and before it in S3 \uffed"),
            KeyBytes.utf8("nfc \u00e9"),
            KeyBytes.utf8("nfd e\u0301"),
            KeyBytes.utf8("back\\slash"),
            KeyBytes.utf8("a/\udbff\udfff/last"),
            KeyBytes.utf8("k".repeat(1_024)),
            KeyBytes.utf8("d".repeat(1_022) + "/x"));

    private final KeysInMemory keys = new KeysInMemory();
    private final StoreFaults server = new StoreFaults(0);
    private final S3TestStore store = S3TestStore.at(server.endpoint());

    OddKeysOfBucketsTest() {
        server.always(keys);
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
        keys.objects.put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    protected void remove(KeyBytes key) {
        keys.objects.remove(key);
    }

    @Override
    protected List<KeyBytes> oddKeys() {
        return KEYS;
    }

    @Property(tries = 150)
    void everyKeyIsFoundOnceWhateverTheKeysAndPages(
            @ForAll @Size(max = 12) List<@StringLength(min = 1, max = 5) @CharRange(from = '-', to = '0') String> names,
            @ForAll @IntRange(min = 1, max = 5) int max)
            throws IOException {
        keys.objects.clear();
        assertEachIsFoundOnce(names, max);
    }
}
