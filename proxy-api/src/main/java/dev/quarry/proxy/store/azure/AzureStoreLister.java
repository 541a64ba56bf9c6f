package dev.quarry.proxy.store.azure;

import com.azure.core.http.rest.PagedResponse;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.ListBlobsOptions;
import dev.quarry.proxy.store.GoneFromStoreException;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.KeyPage;
import dev.quarry.proxy.store.Listing;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.TextKey;
import dev.quarry.proxy.store.azure.AzureConnection.Namespace;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A container as folders: the delimiter is '/'. A page token is the name last seen, with the slash if that was a folder, so a walk goes on with
 * {@code startFrom} at any time; the service begins with that name, if it is still there, and the page passes over it.
 */
final class AzureStoreLister implements StoreLister {
    private static final int MOST_BLOBS = 5_000;
    /** Answers without a name, as at the borders of the service's partitions, that are passed over within one call. */
    private static final int EMPTY_ANSWERS = 100;

    private static final Comparator<KeyBytes> BY_NAME_ALONE =
            Comparator.comparing(name -> name.endsWithSlash() ? name.withoutSlash() : name);

    private final AzureConnections connections;
    private final Store store;
    private Instant throttled = Instant.MIN;

    AzureStoreLister(AzureConnections connections, Store store) {
        this.connections = connections;
        this.store = store;
    }

    @Override
    public Listing list(KeyBytes folder, Optional<KeyBytes> after, int max) throws StoreException {
        AzureConnection connection = connections.take(store);
        try {
            return list(connection, folder, after, max);
        } catch (RuntimeException failed) {
            throw AzureErrors.map(failed, shown(connection, folder));
        } finally {
            throttled = connection.throttled();
            connection.giveBack();
        }
    }

    /** An account with directories lists each in one go: it sorts them by name alone. */
    @Override
    public Optional<KeyBytes> probe(KeyBytes folder, KeyBytes name) throws StoreException {
        AzureConnection connection = connections.take(store);
        try {
            return connection.namespace() == Namespace.FLAT
                    ? list(connection, folder, Optional.of(name), 1).next()
                    : Optional.empty();
        } catch (RuntimeException failed) {
            throw AzureErrors.map(failed, shown(connection, folder));
        } finally {
            throttled = connection.throttled();
            connection.giveBack();
        }
    }

    @Override
    public boolean throttledSince(Instant time) {
        return !throttled.isBefore(time);
    }

    private Listing list(AzureConnection connection, KeyBytes folder, Optional<KeyBytes> after, int max)
            throws StoreException {
        String prefix = TextKey.of(store.root(), folder.prefix());
        Namespace namespace = connection.namespace();
        // Metadata say which blobs stand for directories. Snapshots, versions and what is not committed are not asked
        // for.
        ListBlobsOptions options = new ListBlobsOptions()
                .setPrefix(prefix)
                .setStartFrom(startFrom(prefix, after, namespace))
                .setMaxResultsPerPage(Math.min(Math.max(1, max), MOST_BLOBS))
                .setDetails(new BlobListDetails().setRetrieveMetadata(true));
        String shown = shown(connection, folder);
        KeyPage page = new KeyPage(
                prefix, after, namespace == Namespace.HIERARCHICAL ? BY_NAME_ALONE : Comparator.naturalOrder(), shown);
        String marker = null;
        for (int i = 0; i < EMPTY_ANSWERS; i++) {
            PagedResponse<BlobItem> answer = connection
                    .lists
                    .listBlobsByHierarchy("/", options, null)
                    .iterableByPage(marker)
                    .iterator()
                    .next();
            AzurePage.add(answer, page, shown);
            if (page.isMore() && page.hasMoved()) {
                return page.listing();
            }
            if (!page.isMore()) {
                return whole(page, folder, after);
            }
            // Good inside this call only; where there is a name to go on after, the next page begins there.
            marker = answer.getContinuationToken();
        }
        throw new StoreAwayException(shown + ": " + EMPTY_ANSWERS + " answers of the listing hold nothing");
    }

    private static Listing whole(KeyPage page, KeyBytes folder, Optional<KeyBytes> after)
            throws GoneFromStoreException {
        if (after.isEmpty() && !folder.isEmpty() && !page.hasMoved()) {
            throw new GoneFromStoreException("'" + folder + "' is not there any more");
        }
        return page.listing();
    }

    /**
     * The name itself; after a folder the first name that sorts behind all it holds, which in an account with directories is its own. Where we do not
     * know, with the slash: an account with directories then gives names that the page refuses as out of order, and never leaves one out.
     */
    private static @Nullable String startFrom(String prefix, Optional<KeyBytes> after, Namespace namespace)
            throws StoreException {
        if (after.isEmpty()) {
            return null;
        }
        String last = prefix + TextKey.of(KeyBytes.EMPTY, after.get());
        if (!after.get().endsWithSlash()) {
            return last;
        }
        String folder = last.substring(0, last.length() - 1);
        return switch (namespace) {
            case FLAT -> folder + (char) ('/' + 1);
            case HIERARCHICAL -> folder;
            case UNKNOWN -> last;
        };
    }

    private static String shown(AzureConnection connection, KeyBytes folder) {
        return folder.isEmpty() ? "container '" + connection.settings.container() + "'" : "'" + folder + "'";
    }
}
