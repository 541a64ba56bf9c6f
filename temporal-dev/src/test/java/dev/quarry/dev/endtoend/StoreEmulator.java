package dev.quarry.dev.endtoend;

import dev.quarry.dev.stack.Installation;
import dev.quarry.postgres.FreePort;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An emulated cloud store in a process of its own on loopback, as {@code ./quarry setup} fetched it. */
final class StoreEmulator implements AutoCloseable {
    static final String ACCESS_KEY_ID = "demo-identity";
    static final String SECRET = "demo-credential-never-printed";
    static final String ACCOUNT = "demoaccount";
    /** Base64 of words: a key that is nobody's. */
    static final String ACCOUNT_KEY = "ZGVtby1hY2NvdW50LWtleS1uZXZlci1wcmludGVk";

    private static final Duration START = Duration.ofSeconds(90);

    private final Process process;
    private final int port;

    private StoreEmulator(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static boolean hasS3() {
        return Files.isDirectory(s3proxy());
    }

    static boolean hasAzure() {
        return Files.isRegularFile(azurite()) && node().isPresent();
    }

    private static Path s3proxy() {
        return Installation.current().tools().resolve("s3proxy");
    }

    private static Path azurite() {
        return Installation.current().tools().resolve("azurite/node_modules/azurite/dist/src/blob/main.js");
    }

    private static Optional<Path> node() {
        return Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1))
                .map(folder -> Path.of(folder, "node"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param buckets an empty folder: files that are put there by hand have no ETag */
    static StoreEmulator s3(Path buckets, Path home) throws IOException, InterruptedException {
        int port = FreePort.find();
        Path settings = Files.writeString(
                home.resolve("s3proxy.conf"),
                """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(port, ACCESS_KEY_ID, SECRET, buckets),
                StandardCharsets.UTF_8);
        return start(
                port,
                home,
                Map.of(),
                Installation.java().toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                s3proxy() + File.pathSeparator + s3proxy() + "/*",
                "org.gaul.s3proxy.Main",
                "--properties",
                settings.toString());
    }

    static StoreEmulator azure(Path home) throws IOException, InterruptedException {
        int port = FreePort.find();
        return start(
                port,
                home,
                Map.of("AZURITE_ACCOUNTS", ACCOUNT + ":" + ACCOUNT_KEY),
                node().orElseThrow().toString(),
                azurite().toString(),
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                Integer.toString(port),
                "--location",
                home.resolve("blobs").toString(),
                "--silent",
                "--disableTelemetry");
    }

    private static StoreEmulator start(int port, Path home, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path log = home.resolve("emulator.log");
        ProcessBuilder program =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).redirectOutput(log.toFile());
        program.environment().putAll(environment);
        StoreEmulator emulator = new StoreEmulator(program.start(), port);
        Instant deadline = Instant.now().plus(START);
        while (!emulator.answers()) {
            // The process' end is the other thing to wait for.
            if (emulator.process.waitFor(100, TimeUnit.MILLISECONDS)
                    || Instant.now().isAfter(deadline)) {
                emulator.close();
                throw new IOException("the emulator did not start: " + Files.readString(log));
            }
        }
        return emulator;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }
}
