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
 * (openat, O_NOFOLLOW), so nothing that somebody swaps meanwhile leads outside.
 */
final class FilesystemRoot {
    private final Path root;

    FilesystemRoot(KeyBytes root) {
        this.root = RawNames.absolute(root);
    }

    /** An open folder; the caller closes it. */
    SecureDirectoryStream<Path> open(KeyBytes folder) throws StoreException {
        try {
            return descend(folder.names(), openRoot());
        } catch (IOException failed) {
            throw FilesystemErrors.map(failed, folder);
        }
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
            throw new NotReadableException("the store's root '" + RawNames.bytesOfAbsolute(root)
                    + "' is not where it was: a part of it has become a link");
        }
        return secure(Files.newDirectoryStream(root));
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
