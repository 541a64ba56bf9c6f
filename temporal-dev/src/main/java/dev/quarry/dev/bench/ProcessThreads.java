package dev.quarry.dev.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The threads of another process, as Linux counts them. */
final class ProcessThreads {
    private static final String FIELD = "Threads:";

    private ProcessThreads() {}

    static int of(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith(FIELD))
                .mapToInt(
                        line -> Integer.parseInt(line.substring(FIELD.length()).strip()))
                .findFirst()
                .orElseThrow(() -> new IOException("process " + pid + " has no count of threads"));
    }
}
