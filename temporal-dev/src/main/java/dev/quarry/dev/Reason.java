package dev.quarry.dev;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What went wrong, for people: the JDK's own message of some exceptions is the bare path, or nothing. */
public final class Reason {
    private Reason() {}

    public static String of(Exception problem) {
        String message = problem.getMessage();
        if (problem instanceof FileSystemException failed && failed.getReason() == null) {
            return failed.getFile() + ": " + words(failed);
        }
        return message == null ? problem.toString() : message;
    }

    private static String words(FileSystemException failed) {
        if (failed instanceof AccessDeniedException) {
            return "access denied";
        }
        if (failed instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failed instanceof NotDirectoryException || failed instanceof FileAlreadyExistsException) {
            return "this is no directory";
        }
        return failed.getClass().getSimpleName();
    }
}
