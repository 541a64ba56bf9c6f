package dev.quarry.proxy.store.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.QuarrySettings;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.store.KeyBytes;
import dev.quarry.proxy.store.StoreAwayException;
import dev.quarry.proxy.store.StoreFaults;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/** A store whose endpoint has come to lie where it may not, since it was registered. Without what asks before each page: the client's own look at addresses is tried. */
class S3AddressesTest {
    private final RunningApi api = RunningApi.shared();

    @Test
    void whatMayNotBeSpokenToIsNotConnectedTo() throws IOException {
        try (StoreFaults here = new StoreFaults(0)) {
            URI endpoint = URI.create("http://localhost:" + here.endpoint().getPort());
            assertThatThrownBy(() -> new S3StoreLister(api.bean(S3Connections.class), S3TestStore.at(endpoint).store)
                            .list(KeyBytes.EMPTY, Optional.empty(), 10))
                    .isInstanceOf(StoreAwayException.class)
                    .hasMessageContaining("which no operator grants to this tenant");
            assertThat(here.requests()).isEmpty();
        }
    }

    /** Whoever owns the name answers once with a good address and then with another: it is not asked a second time for one connection. */
    @Test
    void theAddressThatWasLookedAtIsTheOneThatIsConnectedTo() throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        try (StoreFaults here = new StoreFaults(0)) {
            here.always(exchange -> exchange.respond(200, "", ""));
            S3Calls calls = new S3Calls(api.bean(QuarrySettings.class).s3(), host -> {
                asked.add(host);
                return new InetAddress[] {InetAddress.getByName(asked.size() == 1 ? "127.0.0.1" : "192.0.2.1")};
            });
            try (SdkHttpClient client = calls.http(1).build()) {
                SdkHttpRequest request = SdkHttpRequest.builder()
                        .method(SdkHttpMethod.GET)
                        .uri(URI.create(
                                "http://store.invalid:" + here.endpoint().getPort() + "/"))
                        .build();
                assertThat(client.prepareRequest(HttpExecuteRequest.builder()
                                        .request(request)
                                        .build())
                                .call()
                                .httpResponse()
                                .statusCode())
                        .isEqualTo(200);
            }
        }
        assertThat(asked).containsExactly("store.invalid");
    }
}
