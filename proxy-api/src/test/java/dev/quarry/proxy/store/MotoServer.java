package dev.quarry.proxy.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * moto's S3 in a process of its own on loopback, started once for all tests of this JVM: it has versions and archive classes, takes every key, and does not
 * check signatures.
 */
public final class MotoServer extends S3Server {
    private static final Path PROGRAM = Path.of("..", "temporal-dev", "src", "main", "emulator", "s3_emulator.py");

    private static final class Shared {
        private static final MotoServer SERVER = start();
    }

    private MotoServer(int port) {
        super(port);
    }

    public static MotoServer shared() {
        return Shared.SERVER;
    }

    /** Whether {@code ./quarry setup} has installed what it needs. */
    public static boolean isInstalled() throws IOException {
        Path libraries = python().resolve("lib");
        if (!Files.isDirectory(libraries)) {
            return false;
        }
        try (DirectoryStream<Path> versions = Files.newDirectoryStream(libraries, "python*")) {
            for (Path version : versions) {
                if (Files.isDirectory(version.resolve("site-packages/moto"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Path python() {
        return EmulatorProcess.installed("venv");
    }

    private static MotoServer start() {
        try {
            Process process = new ProcessBuilder(
                            python().resolve("bin/python").toString(),
                            PROGRAM.toAbsolutePath().normalize().toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
            BufferedReader output = process.inputReader();
            String ready = output.readLine();
            if (ready == null) {
                throw new IllegalStateException("the emulated S3 ended before it was ready");
            }
            return new MotoServer(
                    URI.create(ready.substring(ready.lastIndexOf(' ') + 1)).getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
