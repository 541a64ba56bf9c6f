package dev.quarry.proxy.store.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.rest.PagedResponse;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.ListBlobsOptions;
import dev.quarry.proxy.store.Store;
import dev.quarry.proxy.store.StoreCheck;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreReader;
import dev.quarry.proxy.store.StoreTrial;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tries what a run will do. */
final class AzureCheck {
    private final AzureConnection connection;
    private final Store store;
    private final StoreLister lister;
    private final StoreReader reader;

    AzureCheck(AzureConnection connection, Store store, StoreLister lister, StoreReader reader) {
        this.connection = connection;
        this.store = store;
        this.lister = lister;
        this.reader = reader;
    }

    List<StoreCheck> all() {
        List<StoreCheck> checks = new ArrayList<>();
        try {
            PagedResponse<BlobItem> answer = first();
            checks.add(StoreCheck.good("reach", "the endpoint answers"));
            checks.addAll(StoreTrial.listAndRead(lister, reader));
            checks.add(StoreCheck.unknown(
                    "versioned", "Azure does not tell whoever may only list and read; none are needed"));
            checks.add(StoreTrial.clock(answer.getHeaders().getValue(HttpHeaderName.DATE)));
        } catch (BlobStorageException refused) {
            checks.add(StoreCheck.good("reach", "the endpoint answers"));
            checks.add(StoreCheck.bad("list", message(refused)));
        } catch (RuntimeException away) {
            checks.add(StoreCheck.bad("reach", message(away)));
        }
        return checks;
    }

    private PagedResponse<BlobItem> first() {
        ListBlobsOptions one = new ListBlobsOptions()
                .setPrefix(new String(store.root().bytes(), StandardCharsets.UTF_8))
                .setMaxResultsPerPage(1);
        return connection
                .lists
                .listBlobsByHierarchy("/", one, null)
                .iterableByPage()
                .iterator()
                .next();
    }

    private String message(RuntimeException failed) {
        return String.valueOf(AzureErrors.map(failed, "container '" + connection.settings.container() + "'")
                .getMessage());
    }
}
