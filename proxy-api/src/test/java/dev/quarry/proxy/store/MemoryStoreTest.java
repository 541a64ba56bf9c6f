package dev.quarry.proxy.store;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;

class MemoryStoreTest {
    private final MemoryStore store = new MemoryStore();

    @Nested
    class Listed extends StoreListerContract {
        @Override
        protected StoreLister lister() {
            return store;
        }

        @Override
        protected void put(KeyBytes key, int size) {
            store.put(key, new byte[size]);
        }

        @Override
        protected void remove(KeyBytes key) {
            store.remove(key);
        }

        @Override
        protected boolean isSplit() {
            return true;
        }

        @Override
        protected List<KeyBytes> oddNames() {
            return List.of(KeyBytes.of(new byte[] {'b', (byte) 0xff}), KeyBytes.utf8("\u0001\n"), KeyBytes.utf8(".."));
        }
    }

    @Nested
    class Read extends StoreReaderContract {
        @Override
        protected StoreLister lister() {
            return store;
        }

        @Override
        protected StoreReader reader() {
            return store;
        }

        @Override
        protected void put(KeyBytes key, String content) {
            store.put(key, content.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        protected void remove(KeyBytes key) {
            store.remove(key);
        }

        @Override
        protected List<KeyBytes> oddKeys() {
            return List.of(
                    KeyBytes.of(new byte[] {'b', (byte) 0xff, (byte) 0xfe}),
                    KeyBytes.utf8("/"),
                    KeyBytes.utf8("//a"),
                    KeyBytes.utf8("a"),
                    KeyBytes.utf8("a/"),
                    KeyBytes.utf8("a//b"),
                    KeyBytes.utf8("../../etc/passwd"),
                    KeyBytes.utf8("k".repeat(1_024)));
        }
    }
}
