package dev.quarry.proxy.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** The file system's errors as the store's, in this one place. */
final class FilesystemErrors {
    private FilesystemErrors() {}

    static IOException cause(DirectoryIteratorException failed) {
        IOException cause = failed.getCause();
        return cause == null ? new IOException(failed) : cause;
    }

    static StoreException map(IOException failed, KeyBytes what) {
        if (failed instanceof StoreException already) {
            return already;
        }
        if (failed instanceof NoSuchFileException || failed instanceof NotDirectoryException || isOther(failed)) {
            return new GoneFromStoreException("'" + what + "' is not there any more", failed);
        }
        if (failed instanceof AccessDeniedException) {
            return new NotReadableException("'" + what + "' may not be read by this process", failed);
        }
        return new StoreAwayException("'" + what + "' cannot be read now: " + reason(failed), failed);
    }

    /**
     * ELOOP: a link lies where the last look found a file or folder, and links are not followed. ENOTDIR: a file lies where a folder was. ENAMETOOLONG:
     * a link leads to a name that nothing can have. The JDK has no exceptions of their own for them.
     */
    private static boolean isOther(IOException failed) {
        return failed instanceof FileSystemException named
                && named.getReason() != null
                && (named.getReason().contains("symbolic links")
                        || named.getReason().contains("Not a directory")
                        || named.getReason().contains("File name too long")
                        || named.getReason().contains("NOFOLLOW_LINKS"));
    }

    /** EMFILE, ENFILE, ENOMEM: this machine's trouble, whatever was asked for. */
    static boolean isShortage(@Nullable Throwable failed) {
        if (!(failed instanceof IOException told)) {
            return false;
        }
        String reason = reason(told);
        return reason.contains("Too many open files") || reason.contains("Cannot allocate memory");
    }

    /** The kernel's words, which reads give as the message and all else as the reason. */
    private static String reason(IOException failed) {
        String told = failed instanceof FileSystemException named ? named.getReason() : failed.getMessage();
        return told == null ? failed.getClass().getSimpleName() : told;
    }
}
