package dev.quarry.proxy.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.List;

/**
 * The only way into a store's directory: each name below the root is opened relative to the folder before it and without following links
 * (openat, O_NOFOLLOW), so nothing that somebody swaps meanwhile leads outside. Where the store's links are to be followed, they are read first, and
 * what they mean is then opened in the same way.
 */
final class FilesystemRoot {
    private final KeyBytes bytes;
    private final Path root;
    private final FilesystemSettings settings;
    private final FilesystemLinks links;

    /** @param root absolute path with all links resolved */
    FilesystemRoot(KeyBytes root, FilesystemSettings settings) {
        this.bytes = root;
        this.root = RawNames.absolute(root);
        this.settings = settings;
        this.links = new FilesystemLinks(root);
    }

    FilesystemSettings settings() {
        return settings;
    }

    /** What the key means if the store's links are followed; itself if they are not. */
    FilesystemLinks.Target target(KeyBytes key) throws StoreException {
        try {
            return settings.followLinks() ? links.follow(key) : new FilesystemLinks.Target(key.names(), 0);
        } catch (IOException failed) {
            throw FilesystemErrors.map(failed, key);
        }
    }

    /** An open folder; the caller closes it. */
    FilesystemFolder open(List<KeyBytes> folder, KeyBytes shown) throws StoreException {
        try {
            SecureDirectoryStream<Path> top = openRoot();
            String device = deviceOf(top);
            return allowed(new FilesystemFolder(descend(folder, top), device), shown);
        } catch (IOException failed) {
            throw FilesystemErrors.map(failed, shown);
        }
    }

    private FilesystemFolder allowed(FilesystemFolder open, KeyBytes shown) throws IOException {
        try {
            if (settings.crossMounts() || !open.isElsewhere()) {
                return open;
            }
            throw new NotReadableException("'" + shown + "' lies on another file system than the store's root");
        } catch (IOException refused) {
            open.close();
            throw refused;
        }
    }

    /** What the kernel calls the file system at this place; for policy only, as places can be swapped. */
    String kindOf(List<KeyBytes> folder, KeyBytes name) throws IOException {
        KeyBytes place = new FilesystemLinks.Target(folder, 0).key().child(name);
        return Files.getFileStore(RawNames.absolute(bytes.child(place))).type();
    }

    /** Whether the root itself can be opened now. */
    boolean answers() {
        try (DirectoryStream<Path> opened = openRoot()) {
            return opened != null;
        } catch (IOException away) {
            return false;
        }
    }

    private SecureDirectoryStream<Path> openRoot() throws IOException {
        if (!root.toRealPath().equals(root)) {
            throw new NotReadableException(
                    "the store's root '" + bytes + "' is not where it was: a part of it has become a link");
        }
        return secure(Files.newDirectoryStream(root));
    }

    private static String deviceOf(SecureDirectoryStream<Path> open) throws IOException {
        try {
            return FilesystemFolder.device(FilesystemFolder.facts(open));
        } catch (IOException failed) {
            open.close();
            throw failed;
        }
    }

    private static SecureDirectoryStream<Path> descend(List<KeyBytes> names, SecureDirectoryStream<Path> from)
            throws IOException {
        SecureDirectoryStream<Path> here = from;
        for (KeyBytes name : names) {
            try (SecureDirectoryStream<Path> left = here) {
                here = left.newDirectoryStream(RawNames.relative(checked(name)), LinkOption.NOFOLLOW_LINKS);
            }
        }
        return here;
    }

    static KeyBytes checked(KeyBytes name) throws GoneFromStoreException {
        byte[] bytes = name.bytes();
        boolean dots = bytes.length <= 2 && bytes.length > 0 && bytes[0] == '.' && bytes[bytes.length - 1] == '.';
        boolean hasNul = false;
        for (byte b : bytes) {
            hasNul |= b == 0 || b == '/';
        }
        if (bytes.length == 0 || dots || hasNul) {
            throw new GoneFromStoreException("'" + name + "' is no name of a file or folder");
        }
        return name;
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        stream.close();
        throw new StoreAwayException(
                "this platform cannot open files relative to a folder; filesystem stores need Linux or another POSIX system");
    }
}
