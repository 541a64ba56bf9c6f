package dev.quarry.proxy.attempt;

import dev.quarry.proxy.run.TestStore;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.KeyPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class FilesystemOddKeysTest extends OddKeysContract {
    private final TestStore store = new TestStore();

    @Override
    TestStore store() {
        return store;
    }

    @Override
    void put(KeyBytes key, String content) throws IOException {
        Path file = KeyPaths.of(store.root, key);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    @Override
    List<KeyBytes> oddKeys() {
        return List.of(
                KeyBytes.of(new byte[] {'b', (byte) 0xff, (byte) 0xfe}),
                KeyBytes.of(new byte[] {(byte) 0xc3}),
                KeyBytes.of(new byte[] {1, '\n', '\r', '\t', 0x7f}),
                KeyBytes.utf8("..."),
                KeyBytes.utf8("..x/y.."),
                KeyBytes.utf8("%2F"),
                KeyBytes.utf8("a+b c&d=e?f#g;h"),
                KeyBytes.utf8("emoji \ud83d\ude00"),
                KeyBytes.utf8("nfc \u00e9"),
                KeyBytes.utf8("nfd e\u0301"),
                KeyBytes.utf8("back\\slash"),
                KeyBytes.utf8(("d".repeat(250) + "/").repeat(4) + "k".repeat(20)));
    }
}
