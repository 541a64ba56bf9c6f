package dev.quarry.proxy.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/** An emulator in a process of its own on loopback, with a folder of its own; both end with this JVM. */
final class EmulatorProcess {
    private static final Duration START = Duration.ofSeconds(90);

    private EmulatorProcess() {}

    interface Program {
        /** @param home where it may keep what it wants */
        ProcessBuilder at(int port, Path home) throws IOException;
    }

    /** Where {@code ./quarry setup} puts what it installs. */
    static Path installed(String path) {
        String named = System.getenv("QUARRY_CACHE");
        return (named == null ? Path.of("..", ".cache") : Path.of(named))
                .resolve(path)
                .toAbsolutePath()
                .normalize();
    }

    /** Returns the port that it listens on by now. */
    static int start(String name, Program program) {
        try {
            Path home = Files.createTempDirectory("quarry-" + name);
            Path log = home.resolve("log");
            int port = freePort();
            Process process = program.at(port, home)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, home)));
            await(name, process, port, log);
            return port;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0)) {
            return any.getLocalPort();
        }
    }

    private static void await(String name, Process process, int port, Path log) throws IOException {
        Instant deadline = Instant.now().plus(START);
        while (Instant.now().isBefore(deadline) && process.isAlive()) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                pause(process);
            }
        }
        throw new IllegalStateException(name + " did not start: " + Files.readString(log));
    }

    /** The process' end is the other thing to wait for. */
    private static void pause(Process process) {
        try {
            process.waitFor(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void stop(Process process, Path home) {
        process.destroyForcibly();
        process.onExit().join();
        FileSystemUtils.deleteRecursively(home.toFile());
    }
}
