package dev.quarry.proxy.store;

import dev.quarry.proxy.store.FilesystemLinks.Target;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A directory tree. A directory's names are read at once, the first ones kept sorted; nothing else about its files is held beyond the page. */
final class FilesystemStoreLister implements StoreLister {
    private static final int NAMES = 250_000;

    private final FilesystemRoot root;
    private final BoundedCalls calls;
    private final int mostNames;
    private @Nullable Held held;

    FilesystemStoreLister(FilesystemRoot root, BoundedCalls calls) {
        this(root, calls, NAMES);
    }

    /** @param mostNames held of one folder */
    FilesystemStoreLister(FilesystemRoot root, BoundedCalls calls, int mostNames) {
        this.root = root;
        this.calls = calls;
        this.mostNames = mostNames;
    }

    /**
     * Names of the folder that was listed last.
     *
     * @param from the name after which they begin
     */
    private record Held(KeyBytes folder, Optional<KeyBytes> from, NameWindow window) {
        boolean serves(KeyBytes wanted, Optional<KeyBytes> after) {
            boolean begun = from.isEmpty() || (after.isPresent() && after.get().compareTo(from.get()) >= 0);
            return folder.equals(wanted) && begun && (window.whole() || window.after(after) < window.names().length);
        }
    }

    private record Found(Listing listing, Held held) {}

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        Held before = held;
        // A call that is given up goes on by itself: it must not share what the next one uses.
        held = null;
        try {
            Found found =
                    calls.call(folder, folder, progress -> list(folder, after, Math.max(1, max), before, progress));
            held = found.listing().next().isPresent() ? found.held() : null;
            return found.listing();
        } catch (StoreHangsException hangs) {
            if (hangs.isBelow(folder)) {
                // What is mounted there is known now, and not looked at again.
                return list(folder, after, max);
            }
            throw rootAnswers() ? new NotReadableException(String.valueOf(hangs.getMessage()), hangs) : hangs;
        } catch (IOException failed) {
            throw FilesystemErrors.map(failed, folder);
        }
    }

    /** Then a folder that hangs is that folder's own trouble. */
    private boolean rootAnswers() {
        try {
            return calls.call(KeyBytes.EMPTY, KeyBytes.EMPTY, progress -> root.answers());
        } catch (IOException hangs) {
            return false;
        }
    }

    private Found list(KeyBytes folder, Optional<KeyBytes> after, int max, @Nullable Held before, CallProgress progress)
            throws IOException {
        try {
            Target real = root.target(folder, progress);
            try (FilesystemFolder open = root.open(real.names(), folder, progress)) {
                Held names = before != null && before.serves(folder, after)
                        ? before
                        : new Held(folder, after, NameWindow.of(names(open, progress), after, mostNames));
                return new Found(
                        page(
                                new FilesystemPage(root, folder, real, open, progress),
                                folder,
                                names,
                                after,
                                max,
                                progress),
                        names);
            }
        } catch (DirectoryIteratorException failed) {
            throw mapped(FilesystemErrors.cause(failed), folder);
        } catch (IOException failed) {
            throw mapped(failed, folder);
        }
    }

    /** A folder that is gone with its root is not gone for good. */
    private StoreException mapped(IOException failed, KeyBytes folder) {
        StoreException mapped = root.mapped(failed, folder);
        return mapped instanceof GoneFromStoreException && !folder.isEmpty() && !root.answers()
                ? new NotReadableException("'" + folder + "': the store's root is not there", mapped)
                : mapped;
    }

    private Listing page(
            FilesystemPage page, KeyBytes folder, Held held, Optional<KeyBytes> after, int max, CallProgress progress)
            throws IOException {
        byte[][] names = held.window().names();
        int from = held.window().after(after);
        int to = Math.min(names.length, from + max);
        for (int i = from; i < to; i++) {
            KeyBytes name = KeyBytes.of(names[i]);
            if (calls.hangsAt(folder, name)) {
                page.mount(name);
            } else {
                progress.at(name);
                page.look(name);
            }
        }
        boolean more = to < names.length || !held.window().whole();
        return page.listing(more ? Optional.of(KeyBytes.of(names[to - 1])) : Optional.empty());
    }

    private static Iterable<byte[]> names(FilesystemFolder open, CallProgress progress) {
        Iterator<Path> paths = open.stream().iterator();
        return () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return paths.hasNext();
            }

            @Override
            public byte[] next() {
                progress.made();
                return RawNames.bytesOf(paths.next()).bytes();
            }
        };
    }
}
