package dev.quarry.container.extractor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Removes and measures folders that untrusted programs write in; links are never followed. */
public final class ScratchFolder {
    private static final int DEPTH = 100;
    private static final long REMOVAL_SECONDS = 60;

    private ScratchFolder() {}

    /** Removes the folder's content and keeps the folder. What cannot be removed stays until the job's scratch goes. */
    public static void clear(Path folder) {
        List<Path> content;
        try (Stream<Path> files = Files.list(folder)) {
            content = files.toList();
        } catch (IOException | UncheckedIOException unreadable) {
            return;
        }
        content.forEach(ScratchFolder::delete);
    }

    public static void delete(Path folder) {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        walk(folder);
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            removeByProgram(folder);
        }
    }

    /** For folders whose rights were taken away, or that are nested deeper than a path may be long. */
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

    /** Not all the way down: each level costs the walk an open file. */
    private static void walk(Path folder) {
        try {
            Files.walkFileTree(folder, Set.of(), DEPTH, new SimpleFileVisitor<>() {
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
                    remove(directory);
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

    /** Whether there are more files and folders below than this; looks no further than that. */
    static boolean hasMoreFiles(Path folder, int most) {
        AtomicInteger files = new AtomicInteger();
        try {
            Files.walkFileTree(folder, Set.of(), DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    return counted();
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    return counted();
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return counted();
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                private FileVisitResult counted() {
                    return files.incrementAndGet() > most ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException gone) {
            return files.get() > most;
        }
        return files.get() > most;
    }

    /** Bytes of all files below, as far as they can be seen; of a file with two names, as one that is handed over has, once. */
    public static long bytes(Path folder) {
        AtomicLong bytes = new AtomicLong();
        Set<Object> counted = new HashSet<>();
        try {
            Files.walkFileTree(folder, Set.of(), DEPTH, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (counted.add(attributes.fileKey())) {
                        bytes.addAndGet(attributes.size());
                    }
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
