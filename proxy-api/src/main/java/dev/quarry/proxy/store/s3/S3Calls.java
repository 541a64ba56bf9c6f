package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.store.StoreLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.retries.api.BackoffStrategy;

/** How all clients here speak: to addresses that were checked, without proxies, and by nothing on this machine but our own settings. */
record S3Calls(StoreLimits limits, Addresses addresses) {
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(20);

    /** Addresses of a host, once they were looked at. */
    interface Addresses {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    ApacheHttpClient.Builder http(int connections) {
        return ApacheHttpClient.builder()
                .maxConnections(connections)
                .connectionTimeout(limits.connect())
                .connectionAcquisitionTimeout(limits.silence())
                .socketTimeout(limits.silence())
                .proxyConfiguration(ProxyConfiguration.builder()
                        .useSystemPropertyValues(false)
                        .useEnvironmentVariableValues(false)
                        .build())
                .dnsResolver(addresses::of);
    }

    /** @param answer limit of one try, answer included; null: as long as bytes come */
    ClientOverrideConfiguration overrides(@Nullable Duration answer) {
        BackoffStrategy backoff = BackoffStrategy.exponentialDelay(limits.backoff(), LONGEST_BACKOFF);
        ClientOverrideConfiguration.Builder calls = ClientOverrideConfiguration.builder()
                .defaultProfileFile(ProfileFile.aggregator().build())
                .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(limits.attempts())
                        .backoffStrategy(backoff)
                        .throttlingBackoffStrategy(backoff)
                        .circuitBreakerEnabled(false)
                        .build());
        if (answer != null) {
            calls.apiCallAttemptTimeout(answer);
        }
        return calls.build();
    }
}
