package dev.quarry.dev.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Trees of small text files. */
final class SmallFiles {
    private static final int PER_FOLDER = 100;

    private SmallFiles() {}

    /** {@code count} files, 100 a folder. */
    static void write(Path folder, int count) throws IOException {
        for (int number = 0; number < count; number++) {
            Path parent = folder.resolve(String.format("d%03d", number / PER_FOLDER));
            if (number % PER_FOLDER == 0) {
                Files.createDirectories(parent);
            }
            Files.writeString(parent.resolve(String.format("f%06d.txt", number)), "file number " + number + "\n");
        }
    }

    static List<Path> below(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
