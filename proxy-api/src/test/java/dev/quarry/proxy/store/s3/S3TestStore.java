package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.RealStores;
import dev.quarry.proxy.store.RemoteTestStore;
import dev.quarry.proxy.store.S3Emulator;
import dev.quarry.proxy.store.S3Server;
import dev.quarry.proxy.store.S3Settings;
import dev.quarry.proxy.store.Secret;
import dev.quarry.proxy.store.SecretSeal;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreKind;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.Stores;
import dev.quarry.proxy.tenant.TenantLookup;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A bucket of its own on the emulator, or a prefix of its own in a real one, seen through the product's lister and reader. */
final class S3TestStore implements RemoteTestStore {
    private final RunningApi api;
    private final @Nullable S3Client client;
    private final Set<Written> written = new HashSet<>();
    final String bucket;
    final Store store;

    /** @param version null where the bucket keeps no versions */
    private record Written(String key, @Nullable String version) {}

    S3TestStore() {
        this(S3Emulator.shared(), "");
    }

    S3TestStore(S3Server server, String prefix) {
        this(server.client(), server.newBucket(), prefix, server.endpoint(), S3Server.SECRET);
    }

    S3TestStore(String prefix, URI endpoint, String secret) {
        this(S3Emulator.shared().client(), S3Emulator.shared().newBucket(), prefix, endpoint, secret);
    }

    /** A bucket of a server to which nothing can be put. */
    static S3TestStore at(URI endpoint) {
        return at(endpoint, "some-bucket", "");
    }

    static S3TestStore at(URI endpoint, String bucket, String prefix) {
        return new S3TestStore(null, bucket, prefix, endpoint, S3Server.SECRET);
    }

    /** By this machine's own identity, in the bucket that the environment names. */
    static S3TestStore real() {
        return new S3TestStore(
                RealStores.api(),
                RealBucket.client(),
                UUID.randomUUID(),
                RealStores.newPrefix(),
                RealBucket.settings());
    }

    private S3TestStore(@Nullable S3Client client, String bucket, String prefix, URI endpoint, String secret) {
        this(RunningApi.shared(), client, UUID.randomUUID(), prefix, bucket, endpoint, secret);
    }

    private S3TestStore(
            RunningApi api,
            @Nullable S3Client client,
            UUID id,
            String prefix,
            String bucket,
            URI endpoint,
            String secret) {
        this(
                api,
                client,
                id,
                prefix,
                new S3Settings(bucket, "us-east-1", endpoint.toString(), true, S3Server.KEY_ID, null, null)
                        .withSealed(api.bean(SecretSeal.class).seal(id, S3Server.KEY_ID, Secret.of(secret))));
    }

    private S3TestStore(RunningApi api, @Nullable S3Client client, UUID id, String prefix, S3Settings settings) {
        this.api = api;
        this.client = client;
        this.bucket = settings.bucket();
        this.store = new Store(
                api.bean(TenantLookup.class).byName("demo"),
                id,
                "s",
                StoreKind.S3,
                KeyBytes.utf8(prefix),
                settings,
                null,
                true,
                null,
                "default",
                Instant.EPOCH);
    }

    @Override
    public StoreLister lister() {
        return api.bean(Stores.class).lister(store);
    }

    @Override
    public StoreReader reader() {
        return api.bean(Stores.class).reader(store);
    }

    @Override
    public void put(KeyBytes key, byte[] content) {
        String name = name(key);
        written.add(new Written(
                name,
                client().putObject(request -> request.bucket(bucket).key(name), RequestBody.fromBytes(content))
                        .versionId()));
    }

    @Override
    public void remove(KeyBytes key) {
        String name = name(key);
        written.add(new Written(
                name,
                client().deleteObject(request -> request.bucket(bucket).key(name))
                        .versionId()));
    }

    /** Whatever was put or removed: where there are versions, those too, and the marks that removals left. */
    void leaveNothing() {
        for (Written one : written) {
            client().deleteObject(
                            request -> request.bucket(bucket).key(one.key()).versionId(one.version()));
        }
        written.clear();
    }

    private S3Client client() {
        return Objects.requireNonNull(client);
    }

    private String name(KeyBytes key) {
        // Not as it is shown, which is cleaned.
        return new String(store.root().bytes(), StandardCharsets.UTF_8)
                + new String(key.bytes(), StandardCharsets.UTF_8);
    }
}
