package dev.quarry.proxy.store.azure;

import com.azure.core.http.rest.PagedResponse;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.ListBlobsOptions;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.KeyPage;
import dev.quarry.proxy.store.KeyStoreLister;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreException;
import dev.quarry.proxy.store.TextKey;
import dev.quarry.proxy.store.azure.AzureConnection.Namespace;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A container, which goes on with {@code startFrom}: the service begins with the name last seen, if it is still there, and the page passes over it. */
final class AzureStoreLister extends KeyStoreLister<AzureConnection> {
    private static final int MOST_BLOBS = 5_000;

    private static final Comparator<KeyBytes> BY_NAME_ALONE =
            Comparator.comparing(name -> name.endsWithSlash() ? name.withoutSlash() : name);

    AzureStoreLister(AzureConnections connections, Store store) {
        super(connections, store);
    }

    @Override
    protected @Nullable String answer(AzureConnection connection, Asked asked, @Nullable String token, KeyPage page)
            throws StoreException {
        // Metadata say which blobs stand for directories. Snapshots, versions and what is not committed are not asked
        // for.
        ListBlobsOptions options = new ListBlobsOptions()
                .setPrefix(asked.prefix())
                .setStartFrom(startFrom(asked.prefix(), asked.after(), connection.namespace()))
                .setMaxResultsPerPage(Math.min(asked.max(), MOST_BLOBS))
                .setDetails(new BlobListDetails().setRetrieveMetadata(true));
        PagedResponse<BlobItem> answer = connection
                .lists
                .listBlobsByHierarchy("/", options, null)
                .iterableByPage(token)
                .iterator()
                .next();
        AzurePage.add(answer, page, asked.shown());
        return answer.getContinuationToken();
    }

    /**
     * The name itself, which in an account with directories is a folder's without its slash; in a flat one, after a folder, the first name that sorts
     * behind all it holds. Where we do not know, with the slash: an account with directories then gives names that the page refuses as out of order,
     * and never leaves one out.
     */
    private static @Nullable String startFrom(String prefix, Optional<KeyBytes> after, Namespace namespace)
            throws StoreException {
        if (after.isEmpty()) {
            return null;
        }
        String last = prefix + TextKey.of(KeyBytes.EMPTY, after.get());
        return after.get().endsWithSlash() && namespace == Namespace.FLAT
                ? last.substring(0, last.length() - 1) + (char) ('/' + 1)
                : last;
    }

    @Override
    protected Comparator<KeyBytes> order(AzureConnection connection) throws StoreException {
        return connection.namespace() == Namespace.HIERARCHICAL ? BY_NAME_ALONE : super.order(connection);
    }

    /** An account with directories lists each in one go: it sorts them by name alone. */
    @Override
    protected boolean isSplit(AzureConnection connection) throws StoreException {
        return connection.namespace() == Namespace.FLAT;
    }

    @Override
    protected String root(AzureConnection connection) {
        return "container '" + connection.settings.container() + "'";
    }

    @Override
    protected StoreException mapped(RuntimeException failed, String shown) {
        return AzureErrors.map(failed, shown);
    }
}
