package dev.quarry.proxy.store.azure;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.store.AzureCredential;
import dev.quarry.proxy.store.AzureEmulator;
import dev.quarry.proxy.store.AzureSettings;
import dev.quarry.proxy.store.KeyBytes;
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
import java.util.UUID;

/** A container of its own on the emulator, seen through the product's lister and reader. */
final class AzureTestStore {
    private static final RunningApi API = RunningApi.shared();

    final String container;
    final Store store;

    AzureTestStore() {
        this("", AzureEmulator.shared().endpoint(), AzureCredential.ACCOUNT_KEY, AzureEmulator.KEY);
    }

    AzureTestStore(String prefix, URI endpoint, AzureCredential credential, String secret) {
        this(AzureEmulator.shared().newContainer(), prefix, endpoint, credential, secret);
    }

    /** A container of some other server. */
    static AzureTestStore at(URI endpoint) {
        return new AzureTestStore("some-container", "", endpoint, AzureCredential.ACCOUNT_KEY, AzureEmulator.KEY);
    }

    AzureTestStore(String container, String prefix, URI endpoint, AzureCredential credential, String secret) {
        this.container = container;
        UUID id = UUID.randomUUID();
        AzureSettings plain =
                new AzureSettings(AzureEmulator.ACCOUNT, container, endpoint.toString(), credential, null);
        AzureSettings settings =
                plain.withSealed(API.bean(SecretSeal.class).seal(id, plain.keyName(), Secret.of(secret)));
        this.store = new Store(
                API.bean(TenantLookup.class).byName("demo"),
                id,
                "s",
                StoreKind.AZURE,
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
        AzureEmulator.shared().put(container, name(key), content);
    }

    void remove(KeyBytes key) {
        AzureEmulator.shared().blob(container, name(key)).delete();
    }

    private String name(KeyBytes key) {
        return store.root() + new String(key.bytes(), StandardCharsets.UTF_8);
    }
}
