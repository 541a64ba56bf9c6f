package dev.quarry.dev.demo;

import dev.quarry.dev.UsageException;
import dev.quarry.dev.client.PublicApi;
import dev.quarry.dev.corpus.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** How {@code search} and {@code token} find a demo: a file in its state folder while it is up. */
record RunningDemo(Path state, URI api, Path secret, long pid) {
    private static final String FILE = "running.properties";

    void announce() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("api", api.toString());
        properties.setProperty("secret", secret.toString());
        properties.setProperty("pid", Long.toString(pid));
        try (OutputStream out = Files.newOutputStream(state.resolve(FILE))) {
            properties.store(out, "a demo runs here");
        }
    }

    static void withdraw(Path state) throws IOException {
        Files.deleteIfExists(state.resolve(FILE));
    }

    PublicApi client() {
        return new PublicApi(api, secret);
    }

    /** The demo of the given state folder, else the one started last among those that are up. */
    static RunningDemo find(@Nullable Path state) throws IOException {
        Optional<RunningDemo> found = state == null ? newest(CacheFolder.path()) : read(state);
        return found.orElseThrow(() -> new UsageException(
                state == null
                        ? "no demo is running; start one with ./quarry demo"
                        : "no demo is running on " + state + "; start one with ./quarry demo --state " + state));
    }

    private static Optional<RunningDemo> newest(Path base) throws IOException {
        if (!Files.isDirectory(base)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(base, Files::isDirectory)) {
            return StreamSupport.stream(folders.spliterator(), false)
                    .flatMap(folder -> read(folder).stream())
                    .max(Comparator.comparingLong(
                            demo -> demo.state().resolve(FILE).toFile().lastModified()));
        }
    }

    private static Optional<RunningDemo> read(Path state) {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(state.resolve(FILE))) {
            properties.load(in);
        } catch (IOException none) {
            return Optional.empty();
        }
        long pid = Long.parseLong(properties.getProperty("pid", "0"));
        if (!ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
            return Optional.empty();
        }
        return Optional.of(new RunningDemo(
                state,
                URI.create(properties.getProperty("api", "")),
                Path.of(properties.getProperty("secret", "")),
                pid));
    }
}
