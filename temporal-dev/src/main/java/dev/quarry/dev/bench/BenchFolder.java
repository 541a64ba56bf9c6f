package dev.quarry.dev.bench;

import dev.quarry.postgres.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary folder that is gone when the bench is, after Ctrl-C too. */
final class BenchFolder implements AutoCloseable {
    private final Path path;

    BenchFolder(String prefix) throws IOException {
        path = Files.createTempDirectory(prefix).toRealPath();
        Runtime.getRuntime().addShutdownHook(new Thread(this::closeQuietly));
    }

    Path path() {
        return path;
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            System.err.println("bench: " + path + " could not be removed: " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        FileTree.delete(path);
    }
}
