package dev.quarry.proxy.store;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** s3proxy in a process of its own on loopback, started once for all tests of this JVM. It keeps objects as files and checks signatures. */
public final class S3Emulator {
    public static final String KEY_ID = "local-identity";
    public static final String SECRET = "local-credential-never-printed";
    private static final Duration START = Duration.ofSeconds(90);

    private static final class Shared {
        private static final S3Emulator EMULATOR = start();
    }

    private final int port;
    private final S3Client client;

    private S3Emulator(int port) {
        this.port = port;
        this.client = S3Client.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY_ID, SECRET)))
                .httpClientBuilder(ApacheHttpClient.builder())
                .build();
    }

    public static S3Emulator shared() {
        return Shared.EMULATOR;
    }

    public static boolean isInstalled() {
        return Files.isDirectory(jars());
    }

    private static Path jars() {
        String named = System.getenv("QUARRY_CACHE");
        return (named == null ? Path.of("..", ".cache") : Path.of(named))
                .resolve("s3proxy")
                .toAbsolutePath()
                .normalize();
    }

    private static S3Emulator start() {
        try {
            Path home = Files.createTempDirectory("quarry-s3proxy");
            Path data = Files.createDirectories(home.resolve("data"));
            int port = freePort();
            Path settings = Files.writeString(home.resolve("s3proxy.conf"), """
                    s3proxy.endpoint=http://127.0.0.1:%d
                    s3proxy.authorization=aws-v2-or-v4
                    s3proxy.identity=%s
                    s3proxy.credential=%s
                    jclouds.provider=filesystem-nio2
                    jclouds.filesystem.basedir=%s
                    """.formatted(port, KEY_ID, SECRET, data));
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            jars() + File.pathSeparator + jars() + "/*",
                            "org.gaul.s3proxy.Main",
                            "--properties",
                            settings.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(home.resolve("log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, home)));
            await(process, port, home.resolve("log"));
            return new S3Emulator(port);
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
                Thread.onSpinWait();
                pause(process);
            }
        }
        throw new IllegalStateException("s3proxy did not start: " + Files.readString(log));
    }

    /** The process' end is the other thing to wait for. */
    private static void pause(Process process) {
        try {
            process.waitFor(100, java.util.concurrent.TimeUnit.MILLISECONDS);
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

    public S3Client client() {
        return client;
    }

    public String newBucket() {
        String bucket = "b" + java.util.UUID.randomUUID();
        client.createBucket(request -> request.bucket(bucket));
        return bucket;
    }

    public void put(String bucket, String key, byte[] bytes) {
        client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(bytes));
    }
}
