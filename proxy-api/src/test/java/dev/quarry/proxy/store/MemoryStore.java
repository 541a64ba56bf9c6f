package dev.quarry.proxy.store;

import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A store in this JVM's memory, for tests that need a lister and a reader and nothing around them. Keys are any bytes. */
public final class MemoryStore implements StoreLister, StoreReader {
    private final NavigableMap<KeyBytes, Held> files = new ConcurrentSkipListMap<>();
    private final Map<KeyBytes, Gate> gates = new ConcurrentHashMap<>();
    private final AtomicLong versions = new AtomicLong();

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Held(byte[] bytes, String version, boolean vouched, Instant modified) {
        Held(byte[] bytes, String version, boolean vouched) {
            this(bytes, version, vouched, Instant.EPOCH);
        }
    }

    public void put(KeyBytes key, byte[] bytes) {
        files.put(key, new Held(bytes, "v" + versions.incrementAndGet(), true));
    }

    /** Of which a listing gives no identity, as of an object that was put in parts. */
    public void putUnvouched(KeyBytes key, byte[] bytes) {
        files.put(key, new Held(bytes, "v" + versions.incrementAndGet(), false));
    }

    public byte[] bytes(KeyBytes key) {
        return Objects.requireNonNull(files.get(key)).bytes().clone();
    }

    public boolean isVouchedFor(KeyBytes key) {
        return Objects.requireNonNull(files.get(key)).vouched();
    }

    /** Its listing tells this time. */
    public void touch(KeyBytes key, Instant modified) {
        files.computeIfPresent(key, (same, held) -> new Held(held.bytes(), held.version(), held.vouched(), modified));
    }

    /** Where listings of one folder wait until it is open. */
    public record Gate(CountDownLatch reached, CountDownLatch open) {
        private void pass() throws StoreAwayException {
            reached.countDown();
            try {
                if (!open.await(30, TimeUnit.SECONDS)) {
                    throw new StoreAwayException("the gate stayed shut");
                }
            } catch (InterruptedException stopped) {
                throw new StoreAwayException("stopped", stopped);
            }
        }
    }

    public Gate gate(KeyBytes folder) {
        return gates.computeIfAbsent(folder, none -> new Gate(new CountDownLatch(1), new CountDownLatch(1)));
    }

    public void remove(KeyBytes key) {
        files.remove(key);
    }

    /** The same bytes, version and identity under another key. */
    public void move(KeyBytes from, KeyBytes to) {
        files.put(to, Objects.requireNonNull(files.remove(from)));
    }

    /** The same bytes, version and identity under another key as well. */
    public void copy(KeyBytes from, KeyBytes to) {
        files.put(to, Objects.requireNonNull(files.get(from)));
    }

    public List<KeyBytes> keys() {
        return List.copyOf(files.keySet());
    }

    public int size(KeyBytes key) {
        return Objects.requireNonNull(files.get(key)).bytes().length;
    }

    public String version(KeyBytes key) {
        return Objects.requireNonNull(files.get(key)).version();
    }

    /** As a bucket does: folders by their names and a slash, among the files. */
    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        Gate gate = gates.get(folder);
        if (gate != null) {
            gate.pass();
        }
        KeyBytes prefix = folder.prefix();
        List<Entry> entries = new ArrayList<>();
        List<KeyBytes> folders = new ArrayList<>();
        Optional<KeyBytes> last = after;
        Optional<KeyBytes> name =
                after.isEmpty() ? name(prefix, files.ceilingKey(prefix)) : behind(prefix, after.get());
        while (name.isPresent()) {
            if (entries.size() + folders.size() == max) {
                return listing(entries, folders, last);
            }
            last = name;
            add(prefix, name.get(), entries, folders);
            name = behind(prefix, name.get());
        }
        if (last.isEmpty() && !folder.isEmpty()) {
            throw new GoneFromStoreException("'" + folder + "' is not there any more");
        }
        return listing(entries, folders, Optional.empty());
    }

    @Override
    public Optional<KeyBytes> probe(KeyBytes folder, KeyBytes name) throws StoreException {
        return list(folder, Optional.of(name), 1).next();
    }

    private static Listing listing(List<Entry> entries, List<KeyBytes> folders, Optional<KeyBytes> next) {
        folders.sort(null);
        return new Listing(entries, folders, next, List.of());
    }

    private void add(KeyBytes prefix, KeyBytes name, List<Entry> entries, List<KeyBytes> folders) {
        if (name.endsWithSlash()) {
            folders.add(name.withoutSlash());
            return;
        }
        Held held = files.get(joined(prefix, name));
        if (held != null) {
            String identity = held.vouched() ? held.version() : null;
            entries.add(new Entry(name, held.bytes().length, held.modified(), held.version(), false, identity));
        }
    }

    /** The next name, with a slash if it is a folder; behind a folder the first that does not lie in it. */
    private Optional<KeyBytes> behind(KeyBytes prefix, KeyBytes name) {
        KeyBytes key = joined(prefix, name);
        if (!name.endsWithSlash()) {
            return name(prefix, files.higherKey(key));
        }
        byte[] next = key.bytes().clone();
        next[next.length - 1]++;
        return name(prefix, files.ceilingKey(KeyBytes.of(next)));
    }

    private static Optional<KeyBytes> name(KeyBytes prefix, @Nullable KeyBytes key) {
        int start = prefix.bytes().length;
        if (key == null || !KeyBytes.of(Arrays.copyOf(key.bytes(), start)).equals(prefix)) {
            return Optional.empty();
        }
        byte[] bytes = key.bytes();
        int end = start;
        while (end < bytes.length && (end == start || bytes[end - 1] != '/')) {
            end++;
        }
        return Optional.of(KeyBytes.of(Arrays.copyOfRange(bytes, start, end)));
    }

    private static KeyBytes joined(KeyBytes prefix, KeyBytes name) {
        byte[] key = Arrays.copyOf(prefix.bytes(), prefix.bytes().length + name.bytes().length);
        System.arraycopy(name.bytes(), 0, key, prefix.bytes().length, name.bytes().length);
        return KeyBytes.of(key);
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
                size, offset, length, Instant.EPOCH, false, new ByteArrayInputStream(held.bytes(), offset, length));
    }
}
