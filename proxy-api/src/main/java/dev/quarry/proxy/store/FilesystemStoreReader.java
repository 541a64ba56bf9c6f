package dev.quarry.proxy.store;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Files of a directory tree. The JDK has no fstat, so the version is compared before the file is opened, after, and when its last byte was read; the
 * inode is part of it, so another file can hide only by taking the name and giving it back between two looks.
 */
public final class FilesystemStoreReader implements StoreReader {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final FilesystemRoot root;

    /** @param root absolute path with all links resolved */
    public FilesystemStoreReader(KeyBytes root) {
        this.root = new FilesystemRoot(root);
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // the content closes folder and channel
    public StoreContent open(KeyBytes key, String version, Optional<ByteRange> range) throws StoreException {
        List<KeyBytes> names = key.names();
        if (names.isEmpty()) {
            throw new GoneFromStoreException("an empty key names no file");
        }
        KeyBytes name = names.get(names.size() - 1);
        SecureDirectoryStream<Path> folder = root.open(parent(key, name));
        try {
            return opened(folder, key, FilesystemRoot.checked(name), version, range);
        } catch (IOException failed) {
            closeQuietly(folder, failed);
            throw FilesystemErrors.map(failed, key);
        }
    }

    private static StoreContent opened(
            SecureDirectoryStream<Path> folder, KeyBytes key, KeyBytes name, String version, Optional<ByteRange> range)
            throws IOException {
        Path path = RawNames.relative(name);
        VersionCheck check = () -> verify(folder, path, key, version);
        PosixFileAttributes facts = check.verify();
        SeekableByteChannel channel = folder.newByteChannel(path, READ);
        try {
            check.verify();
            long offset = range.map(ByteRange::offset).orElse(0L);
            long length =
                    Math.max(0, Math.min(range.map(ByteRange::length).orElse(Long.MAX_VALUE), facts.size() - offset));
            channel.position(offset);
            return new StoreContent(
                    facts.size(),
                    offset,
                    length,
                    facts.lastModifiedTime().toInstant(),
                    new PinnedStream(channel, folder, length, key, check));
        } catch (IOException failed) {
            closeQuietly(channel, failed);
            throw failed;
        }
    }

    private static PosixFileAttributes verify(
            SecureDirectoryStream<Path> folder, Path path, KeyBytes key, String version) throws IOException {
        PosixFileAttributes facts = folder.getFileAttributeView(
                        path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
        if (!facts.isRegularFile() || !FilesystemVersion.of(facts).equals(version)) {
            throw new ChangedInStoreException("'" + key + "' has changed since it was listed");
        }
        return facts;
    }

    private static KeyBytes parent(KeyBytes key, KeyBytes name) {
        int length = key.bytes().length - name.bytes().length - 1;
        return length <= 0 ? KeyBytes.EMPTY : KeyBytes.of(java.util.Arrays.copyOf(key.bytes(), length));
    }

    private static void closeQuietly(java.io.Closeable open, IOException failed) {
        try {
            open.close();
        } catch (IOException again) {
            failed.addSuppressed(again);
        }
    }

    /** Throws if the file is not the pinned version now. */
    interface VersionCheck {
        PosixFileAttributes verify() throws IOException;
    }
}
