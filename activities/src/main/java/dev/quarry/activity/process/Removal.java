package dev.quarry.activity.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Deletes what nobody works in any more, though somebody else may be deleting it, too. Links are removed, not followed. */
final class Removal {
    private Removal() {}

    /** @throws IOException if something stays */
    static void of(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            empty(path);
        }
        Files.deleteIfExists(path);
    }

    /** From the last name to the first, so that of a job that cannot be removed whole the file that tells its end stays. */
    private static void empty(Path folder) throws IOException {
        for (Path entry : entries(folder)) {
            of(entry);
        }
    }

    private static List<Path> entries(Path folder) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = opened(folder)) {
            stream.forEach(entries::add);
        } catch (NoSuchFileException gone) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        entries.sort(Comparator.reverseOrder());
        return entries;
    }

    /** An extractor may have shut a folder of its own, and an agent that was killed has not opened it again. */
    private static DirectoryStream<Path> opened(Path folder) throws IOException {
        if (!Files.isReadable(folder) || !Files.isWritable(folder) || !Files.isExecutable(folder)) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        return Files.newDirectoryStream(folder);
    }
}
