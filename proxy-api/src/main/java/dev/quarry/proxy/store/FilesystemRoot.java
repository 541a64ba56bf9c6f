package dev.quarry.proxy.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The only way into a store's directory: each name below the root is opened relative to the folder before it and without following links
 * (openat, O_NOFOLLOW), so nothing that somebody swaps meanwhile leads outside. Where the store's links are to be followed, they are read first, and
 * what they mean is then opened in the same way.
 */
final class FilesystemRoot {
    private final KeyBytes bytes;
    private final Path granted;
    private final List<KeyBytes> below;
    private final FilesystemSettings settings;
    private final FilesystemLinks links;
    /** Devices of which it is known whether they are the kernel's own. */
    private final Map<String, Boolean> kernels = new ConcurrentHashMap<>();

    /**
     * @param granted the root or a folder above it, absolute, with all links resolved; what lies above is nobody's whose store this is
     * @param root likewise
     */
    FilesystemRoot(KeyBytes granted, KeyBytes root, FilesystemSettings settings) {
        this.bytes = root;
        this.granted = RawNames.absolute(granted);
        this.below = root.names().subList(granted.names().size(), root.names().size());
        this.settings = settings;
        this.links = new FilesystemLinks(root);
    }

    FilesystemSettings settings() {
        return settings;
    }

    /** What the key means if the store's links are followed; itself if they are not. @param progress is told each name */
    FilesystemLinks.Target target(KeyBytes key, CallProgress progress) throws StoreException {
        try {
            return settings.followLinks() ? links.follow(key, progress) : new FilesystemLinks.Target(key.names(), 0);
        } catch (IOException failed) {
            throw FilesystemErrors.map(failed, key);
        }
    }

    /** An open folder; the caller closes it. @param progress is told each folder on the way */
    FilesystemFolder open(List<KeyBytes> folder, KeyBytes shown, CallProgress progress) throws StoreException {
        try {
            SecureDirectoryStream<Path> top = openRoot();
            String device = deviceOf(top);
            return allowed(new FilesystemFolder(descend(folder, top, progress::made), device), shown);
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

    /** Whether it lies on a file system that the kernel makes up. */
    boolean isKernels(PosixFileAttributes facts) throws NotReadableException {
        String device = FilesystemFolder.device(facts);
        Boolean known = kernels.get(device);
        if (known == null) {
            known = MountTable.read().isKernels(device);
            kernels.put(device, known);
        }
        return known;
    }

    /** An error of one folder or file while the root still answers is its own, unless this machine is short of something. Others do not wait for it. */
    StoreException mapped(IOException failed, KeyBytes what) {
        StoreException mapped = FilesystemErrors.map(failed, what);
        return mapped instanceof StoreAwayException && !FilesystemErrors.isShortage(mapped.getCause()) && answers()
                ? new NotReadableException(String.valueOf(mapped.getMessage()), mapped)
                : mapped;
    }

    /** Whether the root itself can be opened now. */
    boolean answers() {
        try (DirectoryStream<Path> opened = openRoot()) {
            return opened != null;
        } catch (IOException away) {
            return false;
        }
    }

    /** From the folder that an operator granted, down what may be the tenant's own: there it could turn any part into a link to what is another's. */
    private SecureDirectoryStream<Path> openRoot() throws IOException {
        if (!granted.toRealPath().equals(granted)) {
            throw new NotReadableException(
                    "the store's root '" + bytes + "' is not where it was: a part of it has become a link");
        }
        return descend(below, secure(Files.newDirectoryStream(granted)), () -> {});
    }

    private static String deviceOf(SecureDirectoryStream<Path> open) throws IOException {
        try {
            return FilesystemFolder.device(FilesystemFolder.facts(open));
        } catch (IOException failed) {
            open.close();
            throw failed;
        }
    }

    /** @param passed each folder */
    private static SecureDirectoryStream<Path> descend(
            List<KeyBytes> names, SecureDirectoryStream<Path> from, Runnable passed) throws IOException {
        SecureDirectoryStream<Path> here = from;
        for (KeyBytes name : names) {
            try (SecureDirectoryStream<Path> left = here) {
                here = enter(left, name);
            }
            passed.run();
        }
        return here;
    }

    /** Looked at before it is opened: a pipe that is opened holds the thread, and of a file that is, JDK 25 loses the descriptor. */
    private static SecureDirectoryStream<Path> enter(SecureDirectoryStream<Path> from, KeyBytes name)
            throws IOException {
        Path relative = RawNames.relative(checked(name));
        boolean isFolder = from.getFileAttributeView(relative, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
        if (!isFolder) {
            throw new GoneFromStoreException("'" + name + "' is no folder any more");
        }
        return from.newDirectoryStream(relative, LinkOption.NOFOLLOW_LINKS);
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
