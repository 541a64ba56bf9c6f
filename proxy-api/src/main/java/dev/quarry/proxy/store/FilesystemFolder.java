package dev.quarry.proxy.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;

/**
 * A folder that was opened without following links; what is asked and opened in it is in this very folder, whatever its path leads to by now.
 *
 * @param rootDevice of the store's root
 */
record FilesystemFolder(SecureDirectoryStream<Path> stream, String rootDevice) implements Closeable {
    /** Of the file or folder, or of the link itself. */
    PosixFileAttributes facts(KeyBytes name) throws IOException {
        return stream.getFileAttributeView(
                        RawNames.relative(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    /** Whether it lies on another file system than the root. */
    boolean isElsewhere(PosixFileAttributes facts) {
        return !String.valueOf(facts.fileKey()).startsWith(rootDevice);
    }

    boolean isElsewhere() throws IOException {
        return isElsewhere(facts(stream));
    }

    static PosixFileAttributes facts(SecureDirectoryStream<Path> open) throws IOException {
        return open.getFileAttributeView(PosixFileAttributeView.class).readAttributes();
    }

    /** The JDK gives the device as text only: {@code (dev=fe00,ino=10526721)}. */
    static String device(PosixFileAttributes facts) {
        String text = String.valueOf(facts.fileKey());
        return text.substring(0, text.indexOf(',') + 1);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
