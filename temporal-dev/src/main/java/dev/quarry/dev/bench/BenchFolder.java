package dev.quarry.dev.bench;

import dev.quarry.postgres.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;

/** A temporary folder and what is at work in it: both are gone when it is closed, and when Ctrl-C ends the bench. */
final class BenchFolder implements AutoCloseable {
    private final Path path;
    private final Deque<AutoCloseable> atWork = new ArrayDeque<>();

    private BenchFolder(Path path) {
        this.path = path;
    }

    static BenchFolder create() throws IOException {
        Path path = Files.createTempDirectory("quarry-bench-").toRealPath();
        // PostgreSQL runs as another user where root starts the stack.
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        BenchFolder folder = new BenchFolder(path);
        Runtime.getRuntime().addShutdownHook(new Thread(folder::closeQuietly));
        return folder;
    }

    Path path() {
        return path;
    }

    /** Ends what works in the folder, the last first. What has already ended must bear to be ended again. */
    synchronized void beforeRemoval(AutoCloseable end) {
        atWork.push(end);
    }

    private void closeQuietly() {
        try {
            close();
        } catch (Exception e) {
            System.err.println("bench: not everything in " + path + " could be removed: " + e.getMessage());
        }
    }

    @Override
    public synchronized void close() throws Exception {
        while (!atWork.isEmpty()) {
            atWork.pop().close();
        }
        FileTree.delete(path);
    }
}
