package dev.quarry.proxy.store.azure;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobStorageException;
import dev.quarry.proxy.QuarrySettings.StoreLimits;
import dev.quarry.proxy.store.AzureSettings;
import dev.quarry.proxy.store.RemoteSettings;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreConnection;
import dev.quarry.proxy.store.StoreEndpoints;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The clients of one store: one to list and one to read, each with connections of its own, so that slow readers do not keep a listing waiting. */
final class AzureConnection extends StoreConnection {
    /** How an account sorts and what it has for folders. */
    enum Namespace {
        FLAT,
        /** With directories: names sort within each. */
        HIERARCHICAL,
        /** The credential does not let us ask. */
        UNKNOWN
    }

    final AzureSettings settings;
    final BlobContainerClient lists;
    final BlobContainerClient reads;
    private final AzureClient listing;
    private final AzureClient reading;
    private final StoreLimits limits;
    private final Semaphore readers;
    private volatile @Nullable Namespace namespace;

    AzureConnection(AzureSettings settings, AzureSignature signature, StoreEndpoints endpoints, StoreLimits limits) {
        this.settings = settings;
        this.limits = limits;
        this.listing = new AzureClient(settings, endpoints, limits, limits.answer());
        this.reading = new AzureClient(settings, endpoints, limits, null);
        this.lists = listing.container(signature);
        this.reads = reading.container(signature);
        this.readers = new Semaphore(limits.connections(), true);
    }

    /** Asked once. @throws BlobStorageException as the store says it, if that is not about being allowed to ask */
    Namespace namespace() {
        Namespace known = namespace;
        if (known == null) {
            known = ask();
            namespace = known;
        }
        return known;
    }

    private Namespace ask() {
        try {
            return lists.getAccountInfo(null).isHierarchicalNamespaceEnabled()
                    ? Namespace.HIERARCHICAL
                    : Namespace.FLAT;
        } catch (BlobStorageException refused) {
            if (refused.getStatusCode() / 100 == 5) {
                throw refused;
            }
            return Namespace.UNKNOWN;
        }
    }

    /** Waits for a turn; {@link #stopReading} gives it back. @throws StoreAwayException if too many others read */
    void startReading() throws StoreAwayException {
        try {
            if (readers.tryAcquire(limits.silence().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new StoreAwayException("container '" + settings.container() + "': " + limits.connections()
                + " downloads are under way already (QUARRY_AZURE_CONNECTIONS)");
    }

    void stopReading() {
        readers.release();
        giveBack();
    }

    @Override
    protected RemoteSettings settings() {
        return settings;
    }

    @Override
    protected void close() {
        listing.close();
        reading.close();
    }
}
