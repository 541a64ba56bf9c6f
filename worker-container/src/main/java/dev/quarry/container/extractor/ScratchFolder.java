package dev.quarry.container.extractor;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Removes and measures folders that untrusted programs write in; links are never followed. */
public final class ScratchFolder {
    private ScratchFolder() {}

    /** Removes the folder's content and keeps the folder. What cannot be removed stays until the job's scratch goes. */
    public static void clear(Path folder) {
        walk(folder, folder);
    }

    public static void delete(Path folder) {
        walk(folder, null);
    }

    private static void walk(Path folder, @Nullable Path keep) {
        if (!Files.exists(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    remove(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
                    if (!directory.equals(keep)) {
                        remove(directory);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException gone) {
            // The folder went away meanwhile, which is what was wanted.
        }
    }

    private static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException stays) {
            // A process may still be writing there; the scratch watch counts what is left.
        }
    }

    /** Bytes of all files below, as far as they can be seen. */
    public static long bytes(Path folder) {
        AtomicLong bytes = new AtomicLong();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    bytes.addAndGet(attributes.size());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException gone) {
            return bytes.get();
        }
        return bytes.get();
    }
}
