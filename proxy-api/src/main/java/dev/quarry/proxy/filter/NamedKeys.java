package dev.quarry.proxy.filter;

import dev.quarry.proxy.store.KeyBytes;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The only keys that a run looks at. */
public final class NamedKeys {
    private final NavigableSet<KeyBytes> keys;

    public NamedKeys(Collection<KeyBytes> keys) {
        this.keys = new TreeSet<>(keys);
    }

    /** As somebody asks for them. @throws dev.quarry.proxy.problem.Problem 422 invalid_filter */
    public static List<KeyBytes> checked(@Nullable List<@Nullable String> given) {
        return FilterLimits.keys(given).stream().map(KeyBytes::utf8).distinct().toList();
    }

    /** Those in one folder, and what leads to those below it. */
    InFolder in(KeyBytes folder) {
        KeyBytes prefix = folder.prefix();
        NavigableSet<KeyBytes> files = new TreeSet<>();
        NavigableSet<KeyBytes> folders = new TreeSet<>();
        for (KeyBytes key : keys.tailSet(prefix, true)) {
            if (!key.startsWith(prefix)) {
                break;
            }
            byte[] rest = Arrays.copyOfRange(key.bytes(), prefix.bytes().length, key.bytes().length);
            int slash = indexOfSlash(rest);
            if (slash < 0) {
                files.add(KeyBytes.of(rest));
            } else {
                folders.add(KeyBytes.of(Arrays.copyOf(rest, slash)));
            }
        }
        return new InFolder(files, folders);
    }

    private static int indexOfSlash(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '/') {
                return i;
            }
        }
        return -1;
    }

    /** Names of one folder that are asked for. A store may have either under a name, or both. */
    record InFolder(NavigableSet<KeyBytes> files, NavigableSet<KeyBytes> folders) {
        static final InFolder NONE = new InFolder(new TreeSet<>(), new TreeSet<>());

        /** The first of them that a listing has not come to at this page token; buckets have a folder's slash in it. */
        Optional<KeyBytes> next(Optional<KeyBytes> after) {
            Optional<KeyBytes> file = after.isEmpty() ? first(files) : Optional.ofNullable(files.higher(after.get()));
            Optional<KeyBytes> folder = folders.stream()
                    .filter(name -> after.isEmpty() || name.withSlash().compareTo(after.get()) > 0)
                    .findFirst();
            if (file.isEmpty() || folder.isEmpty()) {
                return file.or(() -> folder);
            }
            return file.get().compareTo(folder.get()) < 0 ? file : folder;
        }

        private static Optional<KeyBytes> first(NavigableSet<KeyBytes> names) {
            return names.isEmpty() ? Optional.empty() : Optional.of(names.first());
        }
    }
}
