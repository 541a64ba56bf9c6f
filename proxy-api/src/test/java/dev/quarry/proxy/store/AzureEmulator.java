package dev.quarry.proxy.store;

import com.azure.core.http.okhttp.OkHttpAsyncHttpClientBuilder;
import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.common.StorageSharedKeyCredential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Azurite in a process of its own on loopback, started once for all tests of this JVM. It checks signatures and archive tiers. */
public final class AzureEmulator {
    public static final String ACCOUNT = "quarrytest";
    /** Base64 of words: a key that is nobody's. */
    public static final String KEY = "bm9ib2R5cy1hY2NvdW50LWtleS1uZXZlci1wcmludGVk";

    private static final Duration START = Duration.ofSeconds(90);

    private static final class Shared {
        private static final AzureEmulator EMULATOR = start();
    }

    private final int port;
    private final BlobServiceClient client;

    private AzureEmulator(int port) {
        this.port = port;
        this.client = new BlobServiceClientBuilder()
                .endpoint(endpoint() + "/" + ACCOUNT)
                .credential(new StorageSharedKeyCredential(ACCOUNT, KEY))
                .httpClient(new OkHttpAsyncHttpClientBuilder().build())
                .buildClient();
    }

    public static AzureEmulator shared() {
        return Shared.EMULATOR;
    }

    /** Whether {@code ./quarry setup} has fetched it, and node is there. */
    public static boolean isInstalled() {
        return Files.isRegularFile(program()) && node().isPresent();
    }

    private static java.util.Optional<Path> node() {
        String path = System.getenv("PATH");
        return java.util.Arrays.stream((path == null ? "" : path).split(":", -1))
                .map(folder -> Path.of(folder, "node"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Path program() {
        String named = System.getenv("QUARRY_CACHE");
        return (named == null ? Path.of("..", ".cache") : Path.of(named))
                .resolve("azurite/node_modules/azurite/dist/src/blob/main.js")
                .toAbsolutePath()
                .normalize();
    }

    private static AzureEmulator start() {
        try {
            Path home = Files.createTempDirectory("quarry-azurite");
            int port = freePort();
            ProcessBuilder program = new ProcessBuilder(
                            node().orElseThrow().toString(),
                            program().toString(),
                            "--blobHost",
                            "127.0.0.1",
                            "--blobPort",
                            Integer.toString(port),
                            "--location",
                            home.resolve("data").toString(),
                            "--silent",
                            "--disableTelemetry")
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("log").toFile());
            program.environment().put("AZURITE_ACCOUNTS", ACCOUNT + ":" + KEY);
            Process process = program.start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, home)));
            await(process, port, home.resolve("log"));
            return new AzureEmulator(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0)) {
            return any.getLocalPort();
        }
    }

    private static void await(Process process, int port, Path log) throws IOException {
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
        throw new IllegalStateException("Azurite did not start: " + Files.readString(log));
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
        org.springframework.util.FileSystemUtils.deleteRecursively(home.toFile());
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public int port() {
        return port;
    }

    public String newContainer() {
        String container = "c" + UUID.randomUUID();
        client.createBlobContainer(container);
        return container;
    }

    public BlobContainerClient container(String container) {
        return client.getBlobContainerClient(container);
    }

    public BlobClient blob(String container, String name) {
        return container(container).getBlobClient(name);
    }

    public void put(String container, String name, byte[] bytes) {
        blob(container, name).upload(BinaryData.fromBytes(bytes), true);
    }
}
