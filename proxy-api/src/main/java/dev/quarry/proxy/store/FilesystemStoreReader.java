package dev.quarry.proxy.store;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Files of a directory tree. The JDK has no fstat, so the version is compared before the file is opened, after, and when its last byte was read; the
 * inode is part of it, so another file can hide only by taking the name and giving it back between two looks.
 */
final class FilesystemStoreReader implements StoreReader {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final FilesystemRoot root;
    private final BoundedCalls calls;

    FilesystemStoreReader(FilesystemRoot root, BoundedCalls calls) {
        this.root = root;
        this.calls = calls;
    }

    @Override
    public StoreContent open(KeyBytes key, String version, Optional<ByteRange> range) throws StoreException {
        try {
            return calls.call(key, key, progress -> opened(key, version, range, progress));
        } catch (IOException failed) {
            throw FilesystemErrors.map(failed, key);
        }
    }

    private StoreContent opened(KeyBytes key, String version, Optional<ByteRange> range, CallProgress progress)
            throws IOException {
        if (key.isEmpty()) {
            throw new GoneFromStoreException("an empty key names no file");
        }
        try {
            return found(key, version, range, progress);
        } catch (IOException failed) {
            throw root.mapped(failed, key);
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // the content closes folder and channel
    private StoreContent found(KeyBytes key, String version, Optional<ByteRange> range, CallProgress progress)
            throws IOException {
        List<KeyBytes> place = root.target(key, progress).names();
        KeyBytes name = FilesystemRoot.checked(place.isEmpty() ? KeyBytes.EMPTY : place.get(place.size() - 1));
        FilesystemFolder folder = root.open(place.subList(0, place.size() - 1), key, progress);
        try {
            return opened(new PinnedFile(root, folder, name, key, version), range);
        } catch (IOException failed) {
            closeQuietly(folder, failed);
            throw failed;
        }
    }

    private StoreContent opened(PinnedFile file, Optional<ByteRange> range) throws IOException {
        PosixFileAttributes facts = file.verify();
        SeekableByteChannel channel = file.folder().stream().newByteChannel(RawNames.relative(file.name()), READ);
        try {
            file.verify();
            long offset = range.map(ByteRange::offset).orElse(0L);
            long length =
                    Math.max(0, Math.min(range.map(ByteRange::length).orElse(Long.MAX_VALUE), facts.size() - offset));
            channel.position(offset);
            return new StoreContent(
                    facts.size(),
                    offset,
                    length,
                    facts.lastModifiedTime().toInstant(),
                    false,
                    new PinnedStream(channel, file, calls, length));
        } catch (IOException failed) {
            closeQuietly(channel, failed);
            throw failed;
        }
    }

    private static void closeQuietly(java.io.Closeable open, IOException failed) {
        try {
            open.close();
        } catch (IOException again) {
            failed.addSuppressed(again);
        }
    }
}
