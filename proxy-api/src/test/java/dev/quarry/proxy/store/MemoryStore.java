package dev.quarry.proxy.store;

import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** A store in this JVM's memory, for tests that need a lister and a reader and nothing around them. Keys are any bytes. */
public final class MemoryStore implements StoreLister, StoreReader {
    private final NavigableMap<KeyBytes, Held> files = new ConcurrentSkipListMap<>();
    private final AtomicLong versions = new AtomicLong();

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Held(byte[] bytes, String version) {}

    public void put(KeyBytes key, byte[] bytes) {
        files.put(key, new Held(bytes, "v" + versions.incrementAndGet()));
    }

    public void remove(KeyBytes key) {
        files.remove(key);
    }

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        TreeSet<KeyBytes> names = new TreeSet<>();
        TreeSet<KeyBytes> folders = new TreeSet<>();
        byte[] prefix = folder.prefix().bytes();
        for (KeyBytes key : files.tailMap(folder.prefix(), true).keySet()) {
            byte[] bytes = key.bytes();
            if (bytes.length < prefix.length || !Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length)) {
                break;
            }
            KeyBytes rest = KeyBytes.of(Arrays.copyOfRange(bytes, prefix.length, bytes.length));
            KeyBytes first = rest.names().isEmpty() ? rest : rest.names().get(0);
            (first.equals(rest) ? names : folders).add(first);
        }
        if (names.isEmpty() && folders.isEmpty() && !folder.isEmpty() && after.isEmpty()) {
            throw new GoneFromStoreException("'" + folder + "' is not there any more");
        }
        return page(folder, names, folders, after, max);
    }

    /** A file and a folder may have one name: both are on the page that the name is on. */
    private Listing page(
            KeyBytes folder, TreeSet<KeyBytes> names, TreeSet<KeyBytes> folders, Optional<KeyBytes> after, int max) {
        TreeSet<KeyBytes> all = new TreeSet<>(names);
        all.addAll(folders);
        List<KeyBytes> left = new ArrayList<>(after.isEmpty() ? all : all.tailSet(after.get(), false));
        List<Entry> entries = new ArrayList<>();
        List<KeyBytes> below = new ArrayList<>();
        Optional<KeyBytes> last = Optional.empty();
        for (KeyBytes name : left) {
            int more = (names.contains(name) ? 1 : 0) + (folders.contains(name) ? 1 : 0);
            if (last.isPresent() && entries.size() + below.size() + more > max) {
                return new Listing(entries, below, last, List.of());
            }
            Held held = names.contains(name) ? files.get(folder.child(name)) : null;
            if (held != null) {
                entries.add(new Entry(name, held.bytes().length, Instant.EPOCH, held.version(), false, held.version()));
            }
            if (folders.contains(name)) {
                below.add(name);
            }
            last = Optional.of(name);
        }
        return new Listing(entries, below, Optional.empty(), List.of());
    }

    @Override
    public StoreContent open(KeyBytes key, String version, Optional<ByteRange> range) throws StoreException {
        Held held = files.get(key);
        if (held == null) {
            throw new GoneFromStoreException("'" + key + "' is not there any more");
        }
        if (!held.version().equals(version)) {
            throw new ChangedInStoreException("'" + key + "' has changed since it was listed");
        }
        int size = held.bytes().length;
        int offset = (int) Math.min(size, range.map(ByteRange::offset).orElse(0L));
        int length = (int) Math.min(size - offset, range.map(ByteRange::length).orElse(Long.MAX_VALUE));
        return new StoreContent(
                size, offset, length, Instant.EPOCH, new ByteArrayInputStream(held.bytes(), offset, length));
    }
}
