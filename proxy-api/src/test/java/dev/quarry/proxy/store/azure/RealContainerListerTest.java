package dev.quarry.proxy.store.azure;

import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.RealStores;
import dev.quarry.proxy.store.RemoteListerContract;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(named = RealStores.CONTAINER, matches = ".+", disabledReason = RealStores.NO_CONTAINER)
class RealContainerListerTest extends RemoteListerContract {
    private final AzureTestStore store = AzureTestStore.real();

    @AfterEach
    void leaveNothing() {
        store.leaveNothing();
    }

    @Override
    protected AzureTestStore store() {
        return store;
    }

    @Override
    protected boolean isSplit() throws IOException {
        return store.isFlat();
    }

    @Override
    protected List<KeyBytes> oddNames() {
        return List.of(
                KeyBytes.utf8("gr\u00fcn \u65e5\ud83d\ude00"),
                KeyBytes.utf8("100%41"),
                KeyBytes.utf8("a+b%2Fc"),
                KeyBytes.utf8("-rf *?#"));
    }
}
