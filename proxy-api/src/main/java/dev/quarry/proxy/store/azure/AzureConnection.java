package dev.quarry.proxy.store.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import dev.quarry.proxy.store.AzureSettings;
import dev.quarry.proxy.store.RemoteSettings;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreConnection;
import dev.quarry.proxy.store.StoreLimits;
import dev.quarry.proxy.store.TenantEndpoints;
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

    private static final HttpHeaderName IS_HIERARCHICAL = HttpHeaderName.fromString("x-ms-is-hns-enabled");

    final AzureSettings settings;
    final BlobContainerClient lists;
    final BlobContainerClient reads;
    private final AzureClient listing;
    private final AzureClient reading;
    private final StoreLimits limits;
    private final int turns;
    private final Semaphore readers;
    private volatile @Nullable Namespace namespace;

    AzureConnection(
            Store store,
            AzureSettings settings,
            AzureSignature signature,
            TenantEndpoints endpoints,
            StoreLimits limits) {
        super(store);
        this.settings = settings;
        this.turns = store.atMost(limits.connections());
        this.limits = limits;
        this.listing = new AzureClient(settings, endpoints, limits, limits.answer(), this::answered);
        this.reading = new AzureClient(settings, endpoints, limits, null, status -> {});
        this.lists = listing.container(signature);
        this.reads = reading.container(signature);
        this.readers = new Semaphore(turns, true);
    }

    /** Asked once. @throws StoreAwayException if the service fails to answer */
    Namespace namespace() throws StoreAwayException {
        Namespace known = namespace;
        if (known == null) {
            known = ask();
            namespace = known;
        }
        return known;
    }

    /** The SDK's own call for a container leaves out what we want to know. */
    private Namespace ask() throws StoreAwayException {
        String url = lists.getBlobContainerUrl() + "?restype=account&comp=properties";
        try (HttpResponse answer =
                lists.getHttpPipeline().sendSync(AzureRequest.to(lists, HttpMethod.GET, url), Context.NONE)) {
            if (answer.getStatusCode() / 100 == 5) {
                throw new StoreAwayException("container '" + settings.container() + "': the store answers "
                        + answer.getStatusCode() + " to what kind of account it is");
            }
            String told = answer.getHeaderValue(IS_HIERARCHICAL);
            if (answer.getStatusCode() != 200 || told == null) {
                return Namespace.UNKNOWN;
            }
            return Boolean.parseBoolean(told) ? Namespace.HIERARCHICAL : Namespace.FLAT;
        }
    }

    @Override
    public void startReading() throws StoreAwayException {
        try {
            if (readers.tryAcquire(limits.silence().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new StoreAwayException("container '" + settings.container() + "': " + turns
                + " downloads are under way already (the store's concurrency, or QUARRY_AZURE_CONNECTIONS)");
    }

    @Override
    public void stopReading() {
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
