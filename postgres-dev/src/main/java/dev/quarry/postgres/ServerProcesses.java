package dev.quarry.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The live processes of the server on one data folder, found by their program and their working directory. Pid files lie: the number
 * may belong to a zombie that nobody reaps or to somebody else. And in the folder may work whoever looks at it, a shell for instance.
 */
final class ServerProcesses {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private final Path data;

    ServerProcesses(Path data) {
        this.data = data;
    }

    List<ProcessHandle> live() {
        return ProcessHandle.allProcesses()
                .filter(process -> worksIn(process.pid()))
                .toList();
    }

    /** A zombie has no working directory any more. */
    private boolean worksIn(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(data)
                    && isServer(Files.readSymbolicLink(process.resolve("exe")));
        } catch (IOException goneOrNotOurs) {
            return false;
        }
    }

    /** Of any version, in any place, and though it was replaced since: then the kernel appends a word to its name. */
    private static boolean isServer(Path program) {
        return program.getFileName().toString().matches("postgres( \\(deleted\\))?");
    }

    /** Stops a server that outlived its JVM, and removes the pid file that would keep the next one from starting. */
    void stopOrphans() throws IOException, InterruptedException {
        Path pidFile = data.resolve("postmaster.pid");
        Optional<Long> postmaster = Files.exists(pidFile) ? firstLine(pidFile) : Optional.empty();
        if (postmaster.isPresent() && worksIn(postmaster.get())) {
            signal("INT", postmaster.get());
        }
        if (!waitUntil(() -> live().isEmpty())) {
            kill();
        }
        Files.deleteIfExists(pidFile);
    }

    private static Optional<Long> firstLine(Path pidFile) throws IOException {
        try {
            return Files.readAllLines(pidFile).stream().findFirst().map(line -> Long.parseLong(line.strip()));
        } catch (NumberFormatException tornFile) {
            return Optional.empty();
        }
    }

    /** {@code kill -9} of the postmaster and all its backends. */
    void kill() throws IOException, InterruptedException {
        if (!waitUntil(() -> {
            live().forEach(ProcessHandle::destroyForcibly);
            return live().isEmpty();
        })) {
            throw new IOException("processes of the PostgreSQL server on " + data + " cannot be killed: " + live());
        }
    }

    void signalAll(String name) throws IOException, InterruptedException {
        for (ProcessHandle process : live()) {
            signal(name, process.pid());
        }
    }

    static void signal(String name, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    }

    private static boolean waitUntil(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }
}
