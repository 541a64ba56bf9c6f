package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.QuarrySettings.StoreLimits;
import dev.quarry.proxy.store.S3Settings;
import dev.quarry.proxy.store.SecretSeal;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreConnections;
import dev.quarry.proxy.store.StoreEndpoints;
import java.util.Objects;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

@Component
class S3Connections extends StoreConnections<S3Connection> {
    private final StoreEndpoints endpoints;
    private final SecretSeal seal;
    private final StoreLimits limits;
    private final int listings;

    S3Connections(StoreEndpoints endpoints, SecretSeal seal, QuarrySettings settings) {
        this.endpoints = endpoints;
        this.seal = seal;
        this.limits = settings.s3();
        this.listings = settings.run().listings();
    }

    StoreLimits limits() {
        return limits;
    }

    @Override
    protected S3Connection connect(Store store) {
        S3Settings settings = Objects.requireNonNull(store.s3(), "an s3 store has settings");
        return new S3Connection(settings, credentials(store, settings), endpoints.of(store.tenant()), limits, listings);
    }

    private AwsCredentialsProvider credentials(Store store, S3Settings settings) {
        if (settings.accessKeyId() == null || settings.secretSealed() == null) {
            return DefaultCredentialsProvider.builder().build();
        }
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(settings.accessKeyId(), settings.opened(seal, store.id())));
    }
}
