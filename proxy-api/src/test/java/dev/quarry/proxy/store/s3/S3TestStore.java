package dev.quarry.proxy.store.s3;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.S3Emulator;
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
import java.util.UUID;

/** A bucket of its own on the emulator, seen through the product's lister and reader. */
final class S3TestStore {
    private static final RunningApi API = RunningApi.shared();

    final String bucket;
    final Store store;

    S3TestStore() {
        this("", S3Emulator.shared().endpoint(), S3Emulator.SECRET);
    }

    S3TestStore(String prefix, URI endpoint, String secret) {
        this(S3Emulator.shared().newBucket(), prefix, endpoint, secret);
    }

    /** A bucket of some other server. */
    static S3TestStore at(URI endpoint) {
        return new S3TestStore("some-bucket", "", endpoint, S3Emulator.SECRET);
    }

    private S3TestStore(String bucket, String prefix, URI endpoint, String secret) {
        this.bucket = bucket;
        UUID id = UUID.randomUUID();
        byte[] sealed = API.bean(SecretSeal.class).seal(id, S3Emulator.KEY_ID, Secret.of(secret));
        S3Settings settings = new S3Settings(
                bucket,
                "us-east-1",
                endpoint.toString(),
                true,
                S3Emulator.KEY_ID,
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
        S3Emulator.shared().put(bucket, store.root() + text(key), content);
    }

    void remove(KeyBytes key) {
        S3Emulator.shared()
                .client()
                .deleteObject(request -> request.bucket(bucket).key(store.root() + text(key)));
    }

    private static String text(KeyBytes key) {
        return new String(key.bytes(), StandardCharsets.UTF_8);
    }
}
