package dev.quarry.proxy.store;

import java.nio.file.attribute.PosixFileAttributes;
import java.time.Instant;

/** A file's version: size, time of change in nanoseconds, inode. A file put in another's place has another inode even if it copies the time. */
final class FilesystemVersion {
    private FilesystemVersion() {}

    static String of(PosixFileAttributes facts) {
        Instant modified = facts.lastModifiedTime().toInstant();
        return facts.size() + "-" + modified.getEpochSecond() + "." + modified.getNano() + "-" + inode(facts.fileKey());
    }

    /** The JDK gives the inode as text only: {@code (dev=fe00,ino=10526721)}. The device is left out: NFS numbers it anew at each mount. */
    private static String inode(Object fileKey) {
        String text = String.valueOf(fileKey);
        int start = text.indexOf("ino=");
        return start < 0 ? "" : text.substring(start + 4, text.length() - 1);
    }
}
