package dev.quarry.proxy.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A directory tree. A directory's names are read at once and sorted; nothing else about its files is held beyond the page. */
public final class FilesystemStoreLister implements StoreLister {
    private final FilesystemRoot root;
    private @Nullable KeyBytes heldFolder;
    private byte[][] heldNames = new byte[0][];

    /** @param root absolute path with all links resolved */
    public FilesystemStoreLister(KeyBytes root) {
        this.root = new FilesystemRoot(root);
    }

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        try (SecureDirectoryStream<Path> open = root.open(folder)) {
            if (heldFolder == null || !folder.equals(heldFolder)) {
                heldNames = sortedNames(open);
                heldFolder = folder;
            }
            return page(open, folder, firstAfter(after), max);
        } catch (DirectoryIteratorException failed) {
            throw mapped(FilesystemErrors.map(failed, folder));
        } catch (IOException failed) {
            throw mapped(FilesystemErrors.map(failed, folder));
        }
    }

    /** An error of one folder while the root still answers is that folder's own, not the store's being away. */
    private StoreException mapped(StoreException failed) {
        return failed instanceof StoreAwayException && root.answers()
                ? new NotReadableException(String.valueOf(failed.getMessage()), failed)
                : failed;
    }

    private Listing page(SecureDirectoryStream<Path> open, KeyBytes folder, int from, int max) throws IOException {
        int to = Math.min(heldNames.length, from + Math.max(1, max));
        Page page = new Page(folder);
        for (int i = from; i < to; i++) {
            page.look(open, KeyBytes.of(heldNames[i]));
        }
        Optional<KeyBytes> next =
                to < heldNames.length ? Optional.of(KeyBytes.of(heldNames[to - 1])) : Optional.empty();
        if (next.isEmpty()) {
            heldFolder = null;
            heldNames = new byte[0][];
        }
        return new Listing(page.files, page.folders, next, page.warnings);
    }

    private int firstAfter(Optional<KeyBytes> after) {
        if (after.isEmpty()) {
            return 0;
        }
        int found = Arrays.binarySearch(heldNames, after.get().bytes(), Arrays::compareUnsigned);
        return found >= 0 ? found + 1 : -found - 1;
    }

    private static byte[][] sortedNames(SecureDirectoryStream<Path> open) {
        List<byte[]> names = new ArrayList<>();
        for (Path path : open) {
            names.add(RawNames.bytesOf(path).bytes());
        }
        byte[][] sorted = names.toArray(new byte[0][]);
        Arrays.sort(sorted, Arrays::compareUnsigned);
        return sorted;
    }

    private static final class Page {
        private final KeyBytes folder;
        private final List<Entry> files = new ArrayList<>();
        private final List<KeyBytes> folders = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();

        Page(KeyBytes folder) {
            this.folder = folder;
        }

        void look(SecureDirectoryStream<Path> open, KeyBytes name) throws IOException {
            PosixFileAttributes facts;
            try {
                facts = open.getFileAttributeView(
                                RawNames.relative(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .readAttributes();
            } catch (NoSuchFileException vanished) {
                return;
            }
            if (facts.isDirectory()) {
                folders.add(name);
            } else if (facts.isRegularFile()) {
                String version = FilesystemVersion.of(facts);
                Instant modified = facts.lastModifiedTime().toInstant();
                // An inode with the same size and time to the nanosecond is the same file under whatever name.
                files.add(new Entry(name, facts.size(), modified, version, false, version));
            } else {
                warnings.add("'" + folder.child(name) + "' is "
                        + (facts.isSymbolicLink()
                                ? "a symbolic link, which is not followed"
                                : "a pipe, socket or device")
                        + "; left out");
            }
        }
    }
}
