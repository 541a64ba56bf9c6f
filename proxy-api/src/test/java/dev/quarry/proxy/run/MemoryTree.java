package dev.quarry.proxy.run;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.MemoryBuckets;
import dev.quarry.proxy.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Keys that hold slashes: files and folders may have the same name, and sort as in a bucket. */
final class MemoryTree implements LedgerTree {
    private final String bucket = "memory-" + UUID.randomUUID();
    private final MemoryStore keys = MemoryBuckets.of(bucket);
    private final TestStore store = TestStore.memory(bucket);
    private int puts;

    @Override
    public TestStore store() {
        return store;
    }

    @Override
    public List<String> files() {
        return keys.keys().stream().map(KeyBytes::toString).toList();
    }

    @Override
    public boolean isFree(String path) {
        return !keys.keys().contains(KeyBytes.utf8(path));
    }

    @Override
    public void put(String path, String content) {
        if (puts++ % 3 == 0) {
            keys.putUnvouched(KeyBytes.utf8(path), content.getBytes(StandardCharsets.UTF_8));
        } else {
            keys.put(KeyBytes.utf8(path), content.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void move(String from, String to) {
        keys.move(KeyBytes.utf8(from), KeyBytes.utf8(to));
    }

    @Override
    public void copy(String from, String to) {
        keys.copy(KeyBytes.utf8(from), KeyBytes.utf8(to));
    }

    @Override
    public void remove(String path) {
        keys.remove(KeyBytes.utf8(path));
    }

    @Override
    public void removeFolder(String path) {
        files().stream().filter(file -> file.startsWith(path + "/")).forEach(this::remove);
    }

    @Override
    public String content(String path) {
        return new String(keys.bytes(KeyBytes.utf8(path)), StandardCharsets.UTF_8);
    }

    @Override
    public Optional<String> identity(String path) {
        return keys.isVouchedFor(KeyBytes.utf8(path)) ? Optional.of(version(path)) : Optional.empty();
    }

    @Override
    public boolean isEmpty(String path) {
        return keys.size(KeyBytes.utf8(path)) == 0;
    }

    @Override
    public String version(String path) {
        return keys.version(KeyBytes.utf8(path));
    }

    @Override
    public List<String> folderNames() {
        return List.of("d", "d!", "d0");
    }

    @Override
    public List<String> fileNames() {
        return List.of("d", "d!", "d!0", "d-", "d-b", "d.txt", "d0", "d00", "e", "e1.tiny", "e2", "f.tiny");
    }
}
