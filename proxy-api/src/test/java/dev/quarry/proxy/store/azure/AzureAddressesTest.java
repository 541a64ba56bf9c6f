package dev.quarry.proxy.store.azure;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreLister;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store whose endpoint has come to lie where it may not, since it was registered. */
class AzureAddressesTest {
    /** Without what asks before each page, so that the client's own look at addresses is what is tried. */
    private static StoreLister connecting(AzureTestStore store) {
        return RunningApi.shared().bean(AzureVariant.class).lister(store.store);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.2:9", "https://[::1]:9", "https://localhost:9"})
    void whatMayNotBeSpokenToIsNotConnectedTo(String endpoint) {
        assertThatThrownBy(() ->
                        connecting(AzureTestStore.at(URI.create(endpoint))).list(KeyBytes.EMPTY, Optional.empty(), 10))
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining("which no operator grants to this tenant");
    }
}
