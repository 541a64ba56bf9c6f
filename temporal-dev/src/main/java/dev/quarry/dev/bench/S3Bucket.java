package dev.quarry.dev.bench;

import dev.quarry.dev.stack.Installation;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** An emulated S3 (s3proxy) in a process of its own, with one bucket. */
final class S3Bucket implements AutoCloseable {
    static final String NAME = "bench";
    static final String KEY_ID = "bench-identity";
    static final String SECRET = "bench-credential";
    private static final int TRIES = 600;
    private static final int PART = 16 << 20;

    private final Process process;
    private final int port;
    private final S3Client client;

    private S3Bucket(Process process, int port) {
        this.process = process;
        this.port = port;
        this.client = S3Client.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY_ID, SECRET)))
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(64))
                .build();
    }

    /**
     * @param folder in which it keeps its objects; it ends before the folder goes
     * @throws IOException if s3proxy is not installed, or does not start
     */
    static S3Bucket start(BenchFolder folder) throws IOException, InterruptedException {
        Path jars = Installation.current().tools().resolve("s3proxy");
        if (!Files.isDirectory(jars)) {
            throw new IOException("the emulated S3 is not installed: no " + jars + "; run ./quarry setup");
        }
        int port = freePort();
        Path home = folder.path();
        Path settings = Files.writeString(home.resolve("s3proxy.conf"), """
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(
                        port, KEY_ID, SECRET, Files.createDirectories(home.resolve("data"))));
        Process process = new ProcessBuilder(
                        Installation.java().toString(),
                        "-Xmx512m",
                        "-cp",
                        jars + File.pathSeparator + jars + "/*",
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile())
                .start();
        folder.beforeRemoval(() -> end(process));
        awaitListening(process, port, home.resolve("log"));
        S3Bucket bucket = new S3Bucket(process, port);
        bucket.client.createBucket(request -> request.bucket(NAME));
        return bucket;
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0)) {
            return any.getLocalPort();
        }
    }

    private static void awaitListening(Process process, int port, Path log) throws IOException, InterruptedException {
        for (int tries = 0; tries < TRIES && !process.waitFor(100, TimeUnit.MILLISECONDS); tries++) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                // asked again
            }
        }
        process.destroyForcibly();
        throw new IOException("s3proxy did not start: " + Files.readString(log));
    }

    long pid() {
        return process.pid();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** As the API names an endpoint that it may speak to. */
    String hostAndPort() {
        return "127.0.0.1:" + port;
    }

    S3Client client() {
        return client;
    }

    void put(String key, byte[] bytes) {
        client.putObject(request -> request.bucket(NAME).key(key), RequestBody.fromBytes(bytes));
    }

    /** In parts, since s3proxy holds each signed request in memory. */
    void put(String key, Path file) throws IOException {
        String upload = client.createMultipartUpload(
                        request -> request.bucket(NAME).key(key))
                .uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (byte[] part = in.readNBytes(PART); part.length > 0; part = in.readNBytes(PART)) {
                parts.add(put(key, upload, parts.size() + 1, part));
            }
        }
        client.completeMultipartUpload(
                request -> request.bucket(NAME).key(key).uploadId(upload).multipartUpload(all -> all.parts(parts)));
    }

    /** Within the store: the copy is an object put whole, whose ETag is its MD5. */
    void copy(String from, String to) {
        client.copyObject(request -> request.sourceBucket(NAME)
                .sourceKey(from)
                .destinationBucket(NAME)
                .destinationKey(to));
    }

    private CompletedPart put(String key, String upload, int number, byte[] part) {
        String etag = client.uploadPart(
                        request ->
                                request.bucket(NAME).key(key).uploadId(upload).partNumber(number),
                        RequestBody.fromBytes(part))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    /** A store that is this bucket, as the API takes it. */
    Map<String, Object> store(String name) {
        return store(name, "");
    }

    /** The same of a folder in it. */
    Map<String, Object> store(String name, String prefix) {
        Map<String, Object> settings = Map.of(
                "prefix",
                prefix,
                "bucket",
                NAME,
                "region",
                "us-east-1",
                "endpoint",
                endpoint().toString(),
                "pathStyle",
                true,
                "accessKeyId",
                KEY_ID,
                "secretAccessKey",
                SECRET);
        return Map.of("name", name, "kind", "s3", "s3", settings);
    }

    /** For rclone, in which the bucket is {@code quarry:bench}. */
    Map<String, String> rclone() {
        return Map.of(
                "RCLONE_CONFIG_QUARRY_TYPE",
                "s3",
                "RCLONE_CONFIG_QUARRY_PROVIDER",
                "Other",
                "RCLONE_CONFIG_QUARRY_ENDPOINT",
                endpoint().toString(),
                "RCLONE_CONFIG_QUARRY_ACCESS_KEY_ID",
                KEY_ID,
                "RCLONE_CONFIG_QUARRY_SECRET_ACCESS_KEY",
                SECRET,
                "RCLONE_CONFIG_QUARRY_FORCE_PATH_STYLE",
                "true");
    }

    @Override
    public void close() {
        client.close();
        end(process);
    }

    private static void end(Process process) {
        process.destroyForcibly();
        process.onExit().join();
    }
}
