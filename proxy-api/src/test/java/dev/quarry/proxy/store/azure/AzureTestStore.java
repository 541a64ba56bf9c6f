package dev.quarry.proxy.store.azure;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.ListBlobsOptions;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.store.AzureCredential;
import dev.quarry.proxy.store.AzureEmulator;
import dev.quarry.proxy.store.AzureSettings;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.RealStores;
import dev.quarry.proxy.store.RemoteTestStore;
import dev.quarry.proxy.store.Secret;
import dev.quarry.proxy.store.SecretSeal;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreKind;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.Stores;
import dev.quarry.proxy.tenant.TenantLookup;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import java.util.function.Supplier;

/** A container of its own on the emulator, or a prefix of its own in a real one, seen through the product's lister and reader. */
final class AzureTestStore implements RemoteTestStore {
    private final RunningApi api;
    private final Supplier<BlobContainerClient> client;
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

    /** In the container that the environment names. */
    static AzureTestStore real() {
        return new AzureTestStore(
                RealStores.api(),
                RealContainer::client,
                RealStores.newPrefix(),
                RealContainer.settings(),
                RealContainer.secret());
    }

    AzureTestStore(String container, String prefix, URI endpoint, AzureCredential credential, String secret) {
        this(
                RunningApi.shared(),
                () -> AzureEmulator.shared().container(container),
                prefix,
                new AzureSettings(AzureEmulator.ACCOUNT, container, endpoint.toString(), credential, null),
                secret);
    }

    private AzureTestStore(
            RunningApi api, Supplier<BlobContainerClient> client, String prefix, AzureSettings plain, String secret) {
        this.api = api;
        this.client = client;
        this.container = plain.container();
        UUID id = UUID.randomUUID();
        this.store = new Store(
                api.bean(TenantLookup.class).byName("demo"),
                id,
                "s",
                StoreKind.AZURE,
                KeyBytes.utf8(prefix),
                secret.isEmpty()
                        ? plain
                        : plain.withSealed(api.bean(SecretSeal.class).seal(id, plain.keyName(), Secret.of(secret))),
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
        client.get().getBlobClient(name(key)).upload(BinaryData.fromBytes(content), true);
    }

    @Override
    public void remove(KeyBytes key) {
        client.get().getBlobClient(name(key)).delete();
    }

    /** Whether the account says that its folders are no directories. */
    boolean isFlat() throws StoreException {
        AzureConnection connection = api.bean(AzureConnections.class).take(store);
        try {
            return connection.namespace() == AzureConnection.Namespace.FLAT;
        } finally {
            connection.giveBack();
        }
    }

    /** Whatever lies below the prefix; in an account with directories also those, each after what it holds. */
    void leaveNothing() {
        String prefix = name(KeyBytes.EMPTY);
        client.get().listBlobs(new ListBlobsOptions().setPrefix(prefix), null).stream()
                .map(BlobItem::getName)
                .sorted(Comparator.reverseOrder())
                .forEach(name -> client.get().getBlobClient(name).deleteIfExists());
        client.get().getBlobClient(prefix.substring(0, prefix.length() - 1)).deleteIfExists();
    }

    private String name(KeyBytes key) {
        return store.root() + new String(key.bytes(), StandardCharsets.UTF_8);
    }
}
