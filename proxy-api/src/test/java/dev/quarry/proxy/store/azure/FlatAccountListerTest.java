package dev.quarry.proxy.store.azure;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreFaults;
import dev.quarry.proxy.store.StoreLister;
import dev.quarry.proxy.store.StoreListerContract;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** An account that says that it is flat, which the emulator does not: its folders can be split. */
class FlatAccountListerTest extends StoreListerContract {
    private final BlobsInMemory container = new BlobsInMemory(false, true);
    private final StoreFaults server = new StoreFaults(0);
    private final AzureTestStore store = AzureTestStore.at(server.endpoint());

    FlatAccountListerTest() {
        server.always(container);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Override
    protected StoreLister lister() {
        return store.lister();
    }

    @Override
    protected void put(KeyBytes key, int size) {
        container.blobs.put(key, new byte[size]);
    }

    @Override
    protected void remove(KeyBytes key) {
        container.blobs.remove(key);
    }

    @Override
    protected List<KeyBytes> oddNames() {
        return List.of(
                KeyBytes.utf8("\u0001\n"), KeyBytes.utf8("a+b%2Fc"), KeyBytes.utf8("gr\u00fcn \u65e5\ud83d\ude00"));
    }

    @Override
    protected boolean isSplit() {
        return true;
    }
}
