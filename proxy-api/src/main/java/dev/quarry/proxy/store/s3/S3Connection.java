package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.QuarrySettings.StoreLimits;
import dev.quarry.proxy.store.RemoteSettings;
import dev.quarry.proxy.store.S3Settings;
import dev.quarry.proxy.store.StoreConnection;
import dev.quarry.proxy.store.TenantEndpoints;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;

/** The clients of one store: one to list and one to read, each with connections of its own, so that slow readers do not keep a listing waiting. */
final class S3Connection extends StoreConnection {
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(20);

    final S3Settings settings;
    final S3Client lists;
    final S3Client reads;

    /** @param listings at once */
    S3Connection(
            S3Settings settings,
            AwsCredentialsProvider credentials,
            TenantEndpoints endpoints,
            StoreLimits limits,
            int listings) {
        this.settings = settings;
        this.lists = client(settings, credentials, endpoints, limits, listings, limits.answer());
        this.reads = client(settings, credentials, endpoints, limits, limits.connections(), null);
    }

    static URI endpoint(S3Settings settings) {
        return URI.create(
                settings.endpoint() != null
                        ? settings.endpoint()
                        : "https://s3." + settings.region() + ".amazonaws.com");
    }

    private static S3Client client(
            S3Settings settings,
            AwsCredentialsProvider credentials,
            TenantEndpoints endpoints,
            StoreLimits limits,
            int connections,
            @Nullable Duration answer) {
        URI endpoint = endpoint(settings);
        ClientOverrideConfiguration.Builder calls = ClientOverrideConfiguration.builder()
                // Nothing on this machine but the store's own settings says where its bytes come from.
                .defaultProfileFile(ProfileFile.aggregator().build())
                .retryStrategy(retries(limits));
        if (answer != null) {
            calls.apiCallAttemptTimeout(answer);
        }
        return S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.of(settings.region()))
                .forcePathStyle(settings.pathStyle())
                .disableMultiRegionAccessPoints(true)
                .disableS3ExpressSessionAuth(true)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .credentialsProvider(credentials)
                .overrideConfiguration(calls.build())
                .httpClientBuilder(ApacheHttpClient.builder()
                        .maxConnections(connections)
                        .connectionTimeout(limits.connect())
                        .connectionAcquisitionTimeout(limits.silence())
                        .socketTimeout(limits.silence())
                        .proxyConfiguration(ProxyConfiguration.builder()
                                .useSystemPropertyValues(false)
                                .useEnvironmentVariableValues(false)
                                .build())
                        .dnsResolver(host -> endpoints.resolve(endpoint, host)))
                .build();
    }

    private static RetryStrategy retries(StoreLimits limits) {
        BackoffStrategy backoff = BackoffStrategy.exponentialDelay(limits.backoff(), LONGEST_BACKOFF);
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(limits.attempts())
                .backoffStrategy(backoff)
                .throttlingBackoffStrategy(backoff)
                .circuitBreakerEnabled(false)
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
    }
}
