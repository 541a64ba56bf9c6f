package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.RealStores;
import dev.quarry.proxy.store.S3Settings;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** The bucket that the environment names, used by this machine's own identity. */
final class RealBucket {
    private static final class Shared {
        private static final S3Client CLIENT = connect();
    }

    private RealBucket() {}

    static S3Settings settings() {
        @Nullable String endpoint = RealStores.endpointOfS3().orElse(null);
        return new S3Settings(
                RealStores.setting(RealStores.BUCKET).orElseThrow(),
                RealStores.setting("QUARRY_TEST_S3_REGION").orElse("us-east-1"),
                endpoint,
                endpoint != null,
                null,
                null,
                null);
    }

    /** What tests do to it beside the product. */
    static S3Client client() {
        return Shared.CLIENT;
    }

    private static S3Client connect() {
        S3Settings settings = settings();
        S3ClientBuilder client = S3Client.builder()
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.pathStyle())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .httpClientBuilder(ApacheHttpClient.builder());
        if (settings.endpoint() != null) {
            client.endpointOverride(URI.create(settings.endpoint()));
        }
        return client.build();
    }
}
