package dev.quarry.container.extractor;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Removes folders that untrusted programs write in, perhaps at this moment. Every step down is relative to the folder above: a path would
 * lead elsewhere if a program put a link where a folder had just been.
 */
public final class ScratchFolder {
    private static final int DEPTH = 100;
    private static final int MOST_AT_ONCE = 100_000;
    private static final long REMOVAL_SECONDS = 60;

    private ScratchFolder() {}

    /**
     * Removes the folder's content and keeps the folder. What cannot be removed stays until the process's own folder goes.
     *
     * @param outOfReach where programs that write in the folder cannot: folders are moved here first, or one that is written in as fast
     *     as it is emptied would never be empty
     */
    static void clear(Path folder, Path outOfReach) {
        try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
            SecureDirectoryStream<Path> secure = (SecureDirectoryStream<Path>) content;
            for (Path name : names(secure)) {
                if (!isGoneAsFile(secure, name)) {
                    takeAway(folder.resolve(name), outOfReach.resolve("left-" + UUID.randomUUID()));
                }
            }
        } catch (IOException | DirectoryIteratorException stays) {
            // The scratch watch counts what is left.
        }
    }

    private static List<Path> names(DirectoryStream<Path> folder) {
        List<Path> names = new ArrayList<>();
        for (Path entry : folder) {
            names.add(entry.getFileName());
            if (names.size() == MOST_AT_ONCE) {
                break;
            }
        }
        return names;
    }

    private static boolean isGoneAsFile(SecureDirectoryStream<Path> parent, Path name) {
        try {
            if (isFolder(parent, name)) {
                return false;
            }
            parent.deleteFile(name);
        } catch (IOException stays) {
            // Gone, or a folder by now; then it goes with the next file's.
        }
        return true;
    }

    private static void takeAway(Path folder, Path target) {
        try {
            Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
            delete(target);
        } catch (IOException stays) {
            // A folder without rights moves for root alone.
        }
    }

    /** Removes a folder that no program writes in any more. */
    public static void delete(Path folder) {
        if (!remove(folder)) {
            removeByProgram(folder);
        }
    }

    /** Removes a folder that programs may still write in; false if it, or some of what is in it, is still there. */
    static boolean remove(Path folder) {
        Path parent = folder.toAbsolutePath().getParent();
        if (parent == null || !Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        try (DirectoryStream<Path> around = Files.newDirectoryStream(parent)) {
            remove((SecureDirectoryStream<Path>) around, folder.getFileName(), 0);
        } catch (IOException stays) {
            // The scratch watch counts what is left.
        }
        return !isFolder(folder);
    }

    private static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** For folders whose rights were taken away, or that are nested deeper than a path may be long. Only {@code rm} minds links. */
    private static void removeByProgram(Path folder) {
        String script = "chmod -R u+rwX -- \"$1\"; rm -rf -- \"$1\"";
        try {
            Process rm = new ProcessBuilder("/bin/sh", "-c", script, "sh", folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            rm.waitFor(REMOVAL_SECONDS, TimeUnit.SECONDS);
        } catch (IOException stays) {
            // The scratch watch counts what is left.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(SecureDirectoryStream<Path> parent, Path name, int depth) {
        try {
            if (!isFolder(parent, name)) {
                parent.deleteFile(name);
                return;
            }
            if (depth < DEPTH) { // each level costs two open files
                removeContent(parent, name, depth + 1);
            }
            parent.deleteDirectory(name);
        } catch (IOException | DirectoryIteratorException stays) {
            // A process may still be writing there; the scratch watch counts what is left.
        }
    }

    private static boolean isFolder(SecureDirectoryStream<Path> parent, Path name) throws IOException {
        return parent.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isDirectory();
    }

    private static void removeContent(SecureDirectoryStream<Path> parent, Path name, int depth) throws IOException {
        try (SecureDirectoryStream<Path> folder = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : folder) {
                remove(folder, entry.getFileName(), depth);
            }
        }
    }
}
