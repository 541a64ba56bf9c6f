package dev.quarry.proxy.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/**
 * Where symbolic links of a store lead, name by name below its root and never above it. What this finds is a hint and no permission: whoever opens it
 * does so without following links, so a link that is swapped meanwhile opens nothing, or another file of the same store.
 */
final class FilesystemLinks {
    /** Links of folders in one key. Folders that link to each other would make endlessly many keys of few files. */
    static final int MOST_IN_A_KEY = 3;

    /** As the kernel bounds them for one path. */
    private static final int MOST_IN_A_PATH = 40;

    /** As the kernel bounds the bytes of one path. */
    private static final int LONGEST_PATH = 4_095;

    private final KeyBytes root;

    FilesystemLinks(KeyBytes root) {
        this.root = root;
    }

    /** Where a key leads. @param links how many of its own names are links */
    record Target(List<KeyBytes> names, int links) {
        KeyBytes key() {
            KeyBytes key = KeyBytes.EMPTY;
            for (KeyBytes name : names) {
                key = key.folder(name);
            }
            return key;
        }

        boolean isWithin(List<KeyBytes> folder) {
            return names.size() >= folder.size()
                    && names.subList(0, folder.size()).equals(folder);
        }
    }

    /**
     * The place of the file or folder without any link in its path.
     *
     * @param progress is told each name
     * @throws GoneFromStoreException if one of its links leads out of the root, round in a circle or through too many others; the message says so
     * @throws NotReadableException if it lies deeper than a link can be read at
     */
    Target follow(KeyBytes key, CallProgress progress) throws IOException {
        List<KeyBytes> here = new ArrayList<>();
        List<Target> passed = new ArrayList<>();
        int links = 0;
        for (KeyBytes name : key.names()) {
            passed.add(new Target(List.copyOf(here), links));
            Walk walk = new Walk(key, here);
            walk.to(FilesystemRoot.checked(name));
            if (walk.links > 0) {
                links++;
                refuseCircle(key, walk.here, passed);
            }
            here = walk.here;
            progress.made();
        }
        if (links > MOST_IN_A_KEY) {
            throw new GoneFromStoreException("'" + key + "' leads through more than " + MOST_IN_A_KEY + " links");
        }
        return new Target(here, links);
    }

    /** A link to a folder that the way to it came through would be walked for ever. */
    private static void refuseCircle(KeyBytes key, List<KeyBytes> target, List<Target> passed)
            throws GoneFromStoreException {
        for (Target before : passed) {
            if (before.isWithin(target)) {
                throw new GoneFromStoreException("'" + key + "' leads round in a circle");
            }
        }
    }

    /** From a folder without links in its path to what a name in it means. */
    private final class Walk {
        private final KeyBytes key;
        private final Deque<KeyBytes> ahead = new ArrayDeque<>();
        private List<KeyBytes> here;
        private int links;

        Walk(KeyBytes key, List<KeyBytes> from) {
            this.key = key;
            this.here = new ArrayList<>(from);
        }

        void to(KeyBytes name) throws IOException {
            ahead.add(name);
            while (!ahead.isEmpty()) {
                step(ahead.removeFirst());
            }
        }

        private void step(KeyBytes name) throws IOException {
            if (name.isEmpty() || name.equals(KeyBytes.utf8("."))) {
                return;
            }
            if (name.equals(KeyBytes.utf8(".."))) {
                up();
                return;
            }
            here.add(FilesystemRoot.checked(name));
            try {
                follow(read(root.folder(new Target(here, 0).key())));
            } catch (NotLinkException file) {
                // The next name is looked for in it.
            }
        }

        /** The JDK reads links by their whole path only. What is too deep for that is not gone: it may hold files that were listed before. */
        private Path read(KeyBytes link) throws IOException {
            try {
                return Files.readSymbolicLink(RawNames.absolute(link));
            } catch (FileSystemException failed) {
                if (link.bytes().length <= LONGEST_PATH) {
                    throw failed;
                }
                throw new NotReadableException(
                        "'" + key + "': its path has more than " + LONGEST_PATH
                                + " bytes, so that nothing on it can be looked at as a link",
                        failed);
            }
        }

        private void up() throws GoneFromStoreException {
            if (here.isEmpty()) {
                throw outside();
            }
            here.remove(here.size() - 1);
        }

        private void follow(Path text) throws IOException {
            if (++links > MOST_IN_A_PATH) {
                throw new GoneFromStoreException("'" + key + "' leads round in a circle");
            }
            here.remove(here.size() - 1);
            List<KeyBytes> names = RawNames.names(text);
            if (text.isAbsolute()) {
                names = belowRoot(names);
                here = new ArrayList<>();
            }
            Collections.reverse(names);
            names.forEach(ahead::addFirst);
        }

        private List<KeyBytes> belowRoot(List<KeyBytes> names) throws GoneFromStoreException {
            List<KeyBytes> top = RawNames.names(RawNames.absolute(root));
            if (names.size() < top.size() || !names.subList(0, top.size()).equals(top)) {
                throw outside();
            }
            return new ArrayList<>(names.subList(top.size(), names.size()));
        }

        private GoneFromStoreException outside() {
            return new GoneFromStoreException("'" + key + "' leads out of the store's root");
        }
    }
}
