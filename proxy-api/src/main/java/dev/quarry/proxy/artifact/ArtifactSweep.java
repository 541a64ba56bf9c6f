package dev.quarry.proxy.artifact;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Deletes what has been unused for long and is not known, against puts of the same content at the same time (docs/adr/0044): it is put aside first, and only
 * there it is looked at for the last time. A put either renewed it before, which shows in its time, or does not find it and writes it anew.
 */
final class ArtifactSweep {
    private static final int BATCH = 1_000;

    private final ArtifactFolder folder;
    private final FileTime unusedSince;
    private final ArtifactStore.Known known;

    ArtifactSweep(ArtifactFolder folder, FileTime unusedSince, ArtifactStore.Known known) {
        this.folder = folder;
        this.unusedSince = unusedSince;
        this.known = known;
    }

    int run() throws IOException {
        if (!Files.isDirectory(folder.root())) {
            return 0;
        }
        Files.createDirectories(folder.aside());
        int swept = emptyAside(); // a sweep that was killed may have left something there
        for (Path shard : list(folder.root())) {
            if (ArtifactFolder.isShard(shard)) {
                swept += sweep(shard);
            }
        }
        return swept;
    }

    private int sweep(Path shard) throws IOException {
        int swept = 0;
        List<Path> batch = new ArrayList<>(BATCH);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(shard)) {
            for (Path file : files) {
                if (ArtifactFolder.isPart(file) && isUnused(file)) {
                    Files.deleteIfExists(file); // who wrote it is gone
                } else if (ArtifactFolder.isArtifact(file) && isUnused(file)) {
                    batch.add(file);
                }
                if (batch.size() == BATCH) {
                    swept += sweep(batch);
                    batch.clear();
                }
            }
        }
        return swept + sweep(batch);
    }

    private int sweep(List<Path> files) throws IOException {
        if (files.isEmpty()) {
            return 0;
        }
        Set<String> needed = known.of(names(files));
        for (Path file : files) {
            if (!needed.contains(name(file))) {
                move(file, folder.aside(name(file)));
            }
        }
        return emptyAside();
    }

    private int emptyAside() throws IOException {
        int swept = 0;
        List<Path> files = list(folder.aside());
        files.removeIf(file -> !ArtifactFolder.isArtifact(file)); // NFS keeps what is deleted while it is read
        Set<String> needed = files.isEmpty() ? Set.of() : known.of(names(files));
        for (Path file : files) {
            if (needed.contains(name(file)) || !isUnused(file)) {
                putBack(file);
            } else if (Files.deleteIfExists(file)) {
                swept++;
            }
        }
        return swept;
    }

    /** As good as new, since it may take the place of what was put meanwhile. */
    private void putBack(Path file) throws IOException {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (NoSuchFileException anotherSweepWasFaster) {
            return;
        }
        move(file, folder.file(name(file)));
    }

    private boolean isUnused(Path file) throws IOException {
        try {
            return Files.getLastModifiedTime(file).compareTo(unusedSince) < 0;
        } catch (NoSuchFileException anotherSweepWasFaster) {
            return false;
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException anotherSweepWasFaster) {
            // it does the rest
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(all::add);
        }
        return all;
    }

    private static Set<String> names(List<Path> files) {
        Set<String> names = new HashSet<>();
        files.forEach(file -> names.add(name(file)));
        return names;
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
