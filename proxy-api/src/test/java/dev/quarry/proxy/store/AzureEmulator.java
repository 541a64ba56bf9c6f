package dev.quarry.proxy.store;

import com.azure.core.http.okhttp.OkHttpAsyncHttpClientBuilder;
import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.common.StorageSharedKeyCredential;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** Azurite in a process of its own on loopback, started once for all tests of this JVM. It checks signatures and archive tiers. */
public final class AzureEmulator {
    public static final String ACCOUNT = "quarrytest";
    /** Base64 of words: a key that is nobody's. */
    public static final String KEY = "bm9ib2R5cy1hY2NvdW50LWtleS1uZXZlci1wcmludGVk";

    private static final class Shared {
        private static final AzureEmulator EMULATOR =
                new AzureEmulator(EmulatorProcess.start("azurite", AzureEmulator::program));
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

    private static Optional<Path> node() {
        String path = System.getenv("PATH");
        return Arrays.stream((path == null ? "" : path).split(":", -1))
                .map(folder -> Path.of(folder, "node"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Path program() {
        return EmulatorProcess.installed("azurite/node_modules/azurite/dist/src/blob/main.js");
    }

    private static ProcessBuilder program(int port, Path home) {
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
                "--disableTelemetry");
        program.environment().put("AZURITE_ACCOUNTS", ACCOUNT + ":" + KEY);
        return program;
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
