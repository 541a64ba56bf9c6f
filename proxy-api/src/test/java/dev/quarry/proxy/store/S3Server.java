package dev.quarry.proxy.store;

import java.net.URI;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** An emulated S3 on loopback, and what tests do to it beside the product. */
public abstract class S3Server {
    public static final String KEY_ID = "local-identity";
    public static final String SECRET = "local-credential-never-printed";

    private final int port;
    private final S3Client client;

    protected S3Server(int port) {
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

    public final URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public final int port() {
        return port;
    }

    public final S3Client client() {
        return client;
    }

    public final String newBucket() {
        String bucket = "b" + UUID.randomUUID();
        client.createBucket(request -> request.bucket(bucket));
        return bucket;
    }

    public final void put(String bucket, String key, byte[] bytes) {
        client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(bytes));
    }
}
