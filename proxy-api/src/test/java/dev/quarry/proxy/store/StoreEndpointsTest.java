package dev.quarry.proxy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.problem.Problem;
import dev.quarry.proxy.tenant.TenantId;
import dev.quarry.proxy.tenant.TenantLookup;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreEndpointsTest {
    private final StoreEndpoints endpoints = RunningApi.shared().bean(StoreEndpoints.class);
    private final TenantId demo = RunningApi.shared().bean(TenantLookup.class).byName("demo");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.2",
                "https://127.1",
                "https://2130706433",
                "https://0x7f000002",
                "https://0177.0.0.2",
                "https://localhost",
                "https://LOCALHOST:9000",
                "https://0.0.0.0",
                "https://[::1]",
                "https://[::]",
                "https://[::ffff:127.0.0.2]",
                "https://[::ffff:7f00:2]",
                "https://[64:ff9b::7f00:2]",
                "https://[2002:7f00:2::1]",
                "https://10.0.0.1",
                "https://172.16.0.1",
                "https://172.31.255.255",
                "https://192.168.1.1",
                "https://100.64.0.1",
                "https://169.254.169.254",
                "https://[fe80::1]",
                "https://[fc00::1]",
                "https://[fd00:ec2::254]",
                "https://224.0.0.1",
                "https://255.255.255.255",
                "https://198.18.0.1",
                "http://93.184.215.14",
                "http://localhost",
                "ftp://93.184.215.14",
                "https://user@93.184.215.14",
                "https://93.184.215.14/path",
                "https://93.184.215.14?x",
                "93.184.215.14",
                "https://",
                "",
                "https://a b",
                "file:///etc/passwd",
                "https://nowhere.invalid"
            })
    void whatIsNoAddressForAStoreIsRefusedInEveryNotation(String endpoint) {
        assertThatThrownBy(() -> endpoints.checked(demo, endpoint))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo("invalid_endpoint"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://93.184.215.14",
                "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:9000",
                "http://127.0.0.1:9000",
                "https://172.32.0.1"
            })
    void publicAddressesAndThoseThatTheOperatorNamesAreTaken(String endpoint) {
        assertThat(endpoints.checked(demo, endpoint)).isEqualTo(endpoint);
    }

    /** A name that pointed elsewhere when the store was registered: the client asks again here, and connects to what was looked at. */
    @Test
    void aNameThatHasComeToPointAtThisMachineIsNotConnectedTo() {
        URI endpoint = URI.create("https://localhost:9000");
        assertThatThrownBy(() -> endpoints.resolve(demo, endpoint, "localhost"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("which no operator grants to this tenant");
    }

    /** As an operator's word left it: what was granted once is refused when it is used. */
    @ParameterizedTest
    @CsvSource({
        "http://93.184.215.14, true",
        "https://93.184.215.14, false",
        "https://127.0.0.2, true",
        "https://localhost:9000, true",
        "http://127.0.0.1:9000, false",
        "https://nowhere.invalid, false"
    })
    void whatIsNotGrantedIsRefusedWhenItIsUsed(String endpoint, boolean refused) {
        assertThat(endpoints.isRefused(demo, URI.create(endpoint))).isEqualTo(refused);
    }

    @Test
    void anAddressThatTheOperatorNamesIsResolved() throws UnknownHostException {
        assertThat(endpoints.resolve(demo, URI.create("http://127.0.0.1:9000"), "127.0.0.1"))
                .containsExactly(InetAddress.getByName("127.0.0.1"));
    }
}
