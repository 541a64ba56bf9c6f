package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.RemoteSettings;
import dev.quarry.proxy.store.S3Settings;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreConnection;
import dev.quarry.proxy.store.StoreLimits;
import dev.quarry.proxy.store.TenantEndpoints;
import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** The clients of one store: one to list and one to read, each with connections of its own, so that slow readers do not keep a listing waiting. */
final class S3Connection extends StoreConnection {
    final S3Settings settings;
    final S3Client lists;
    final S3Client reads;
    private final AwsCredentialsProvider credentials;

    /** @param listings at once */
    S3Connection(
            Store store,
            S3Settings settings,
            AwsCredentialsProvider credentials,
            TenantEndpoints endpoints,
            StoreLimits limits,
            int listings) {
        super(store);
        URI endpoint = endpoint(settings);
        S3Calls calls = new S3Calls(limits, host -> endpoints.resolve(endpoint, host));
        this.settings = settings;
        this.credentials = credentials;
        DirectorySession session = new DirectorySession(settings.bucket(), this::lists);
        this.lists = client(
                settings,
                credentials,
                session,
                calls,
                store.atMost(listings),
                watched(calls.overrides(limits.answer())));
        this.reads = client(
                settings, credentials, session, calls, store.atMost(limits.connections()), calls.overrides(null));
    }

    private S3Client lists() {
        return lists;
    }

    /** Below it lies the bucket's own host, in whatever style it is spoken to. */
    static URI endpoint(S3Settings settings) {
        if (settings.endpoint() != null) {
            return URI.create(settings.endpoint());
        }
        String service = settings.zone().map(zone -> "s3express-" + zone).orElse("s3");
        return URI.create("https://" + service + "." + settings.region() + ".amazonaws.com");
    }

    private ClientOverrideConfiguration watched(ClientOverrideConfiguration overrides) {
        return overrides.toBuilder()
                .addExecutionInterceptor(new ExecutionInterceptor() {
                    @Override
                    public void afterTransmission(Context.AfterTransmission attempt, ExecutionAttributes attributes) {
                        answered(attempt.httpResponse().statusCode());
                    }
                })
                .build();
    }

    static S3Client client(
            S3Settings settings,
            AwsCredentialsProvider credentials,
            DirectorySession session,
            S3Calls calls,
            int connections,
            ClientOverrideConfiguration overrides) {
        return S3Client.builder()
                .endpointOverride(endpoint(settings))
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.pathStyle())
                .disableMultiRegionAccessPoints(true)
                .disableS3ExpressSessionAuth(!settings.isDirectoryBucket())
                .putAuthScheme(session)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .credentialsProvider(credentials)
                .overrideConfiguration(overrides)
                .httpClientBuilder(calls.http(connections))
                .build();
    }

    @Override
    protected RemoteSettings settings() {
        return settings;
    }

    @Override
    protected void close() {
        lists.close();
        reads.close();
        if (credentials instanceof SdkAutoCloseable open) {
            open.close();
        }
    }
}
