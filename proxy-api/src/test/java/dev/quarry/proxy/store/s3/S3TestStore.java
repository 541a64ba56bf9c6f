package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.store.KeyBytes;
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
import java.util.Base64;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A bucket of its own on the emulator, seen through the product's lister and reader. */
final class S3TestStore {
    private static final RunningApi API = RunningApi.shared();

    private final @Nullable S3Server server;
    final String bucket;
    final Store store;

    S3TestStore() {
        this(S3Emulator.shared(), "");
    }

    S3TestStore(S3Server server, String prefix) {
        this(server, server.newBucket(), prefix, server.endpoint(), S3Server.SECRET);
    }

    S3TestStore(String prefix, URI endpoint, String secret) {
        this(S3Emulator.shared(), S3Emulator.shared().newBucket(), prefix, endpoint, secret);
    }

    /** A bucket of a server to which nothing can be put. */
    static S3TestStore at(URI endpoint) {
        return new S3TestStore(null, "some-bucket", "", endpoint, S3Server.SECRET);
    }

    private S3TestStore(@Nullable S3Server server, String bucket, String prefix, URI endpoint, String secret) {
        this.server = server;
        this.bucket = bucket;
        UUID id = UUID.randomUUID();
        byte[] sealed = API.bean(SecretSeal.class).seal(id, S3Server.KEY_ID, Secret.of(secret));
        S3Settings settings = new S3Settings(
                bucket,
                "us-east-1",
                endpoint.toString(),
                true,
                S3Server.KEY_ID,
                null,
                Base64.getEncoder().encodeToString(sealed));
        this.store = new Store(
                API.bean(TenantLookup.class).byName("demo"),
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

    StoreLister lister() {
        return API.bean(Stores.class).lister(store);
    }

    StoreReader reader() {
        return API.bean(Stores.class).reader(store);
    }

    void put(KeyBytes key, byte[] content) {
        server().put(bucket, name(key), content);
    }

    void remove(KeyBytes key) {
        server().client().deleteObject(request -> request.bucket(bucket).key(name(key)));
    }

    private S3Server server() {
        return Objects.requireNonNull(server);
    }

    private String name(KeyBytes key) {
        // Not as it is shown, which is cleaned.
        return new String(store.root().bytes(), StandardCharsets.UTF_8)
                + new String(key.bytes(), StandardCharsets.UTF_8);
    }
}
