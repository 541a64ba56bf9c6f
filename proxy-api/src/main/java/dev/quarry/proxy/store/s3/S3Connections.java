package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.store.AssumedRole;
import dev.quarry.proxy.store.S3Settings;
import dev.quarry.proxy.store.SecretSeal;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreConnections;
import dev.quarry.proxy.store.StoreEndpoints;
import dev.quarry.proxy.store.StoreLimits;
import dev.quarry.proxy.store.TenantEndpoints;
import java.net.InetAddress;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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
    private final @Nullable URI sts;

    S3Connections(StoreEndpoints endpoints, SecretSeal seal, QuarrySettings settings) {
        this.endpoints = endpoints;
        this.seal = seal;
        this.limits = settings.s3();
        this.listings = settings.listingsOfAStore();
        this.sts = settings.stsEndpoint();
    }

    StoreLimits limits() {
        return limits;
    }

    @Override
    protected S3Connection connect(Store store) {
        S3Settings settings = Objects.requireNonNull(store.s3(), "an s3 store has settings");
        return new S3Connection(
                store, settings, credentials(store, settings), endpoints.of(store.tenant()), limits, listings);
    }

    private AwsCredentialsProvider credentials(Store store, S3Settings settings) {
        if (settings.role() != null) {
            return role(store, settings, settings.role());
        }
        if (settings.accessKeyId() == null || settings.secretSealed() == null) {
            return DefaultCredentialsProvider.builder().build();
        }
        return StaticCredentialsProvider.create(
                AwsBasicCredentials.create(settings.accessKeyId(), settings.opened(seal, store.id())));
    }

    /** Where it is asked for is the operator's word, or AWS: never the store's own endpoint, which a tenant chooses. */
    private RoleCredentials role(Store store, S3Settings settings, AssumedRole role) {
        String session = "quarry-" + store.id();
        if (sts != null) {
            return new RoleCredentials(
                    role, session, sts, settings.region(), new S3Calls(limits, InetAddress::getAllByName));
        }
        URI regions = URI.create("https://sts." + settings.region() + ".amazonaws.com");
        TenantEndpoints checked = endpoints.of(store.tenant());
        return new RoleCredentials(
                role, session, regions, settings.region(), new S3Calls(limits, host -> checked.resolve(regions, host)));
    }
}
