package dev.quarry.proxy.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quarry.postgres.DatabaseRole;
import dev.quarry.postgres.EmbeddedPostgres;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.account.Browser;
import dev.quarry.proxy.account.People;
import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.run.TestStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class AuditTest {
    private final RunningApi api = RunningApi.shared();
    private final String tenant = People.tenant();
    private final String name = People.account(tenant, Role.TENANT_ADMIN, null);
    private final String admin = Browser.token(api, tenant, name, People.PASSWORD);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update quarry.audit set who = 'nobody'",
                "delete from quarry.audit",
                "truncate quarry.audit",
                "insert into quarry.audit (tenant, who, what, object, address, status) values (gen_random_uuid(), '', '', '', '', 0)"
            })
    void theApplicationCanAddLinesOfItsTenantAndNothingElse(String statement) throws SQLException {
        try (Connection app = api.postgres().connect(EmbeddedPostgres.DATABASE, DatabaseRole.APPLICATION);
                Statement sql = app.createStatement()) {
            sql.execute("select set_config('quarry.tenant', gen_random_uuid()::text, false)");
            assertThatThrownBy(() -> sql.execute(statement))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("42501"));
            assertThat(
                            sql.execute(
                                    "insert into quarry.audit (tenant, who, what, object, address, status) values (quarry.tenant(), 'a', 'b', 'c', 'd', 0)"))
                    .isFalse();
        }
    }

    @Test
    void whatAnAdminDoesIsLogged() {
        api.post(Listener.PUBLIC, admin, "/api/v1/accounts", "{}");
        JsonNode line = lines(admin).get(0);
        assertThat(line.get("who").asString()).isEqualTo(name);
        assertThat(line.get("what").asString()).isEqualTo("POST /api/v1/accounts");
        assertThat(line.get("object").asString()).isEqualTo("/api/v1/accounts");
        assertThat(line.get("address").asString()).isEqualTo("127.0.0.1");
        assertThat(line.get("status").asInt()).isEqualTo(422);
        assertThat(line.get("tenant").asString()).isEqualTo(tenant);
    }

    @Test
    void whatCannotBeReadIsLoggedWhetherItIsAnothersOrNobodys() {
        TestStore foreign = new TestStore();
        TestStore.TestRun run = foreign.open();
        int before = lines(admin).size();
        assertThat(api.get(Listener.PUBLIC, admin, "/api/v1/runs/" + run.id).status())
                .isEqualTo(404);
        assertThat(api.get(Listener.PUBLIC, admin, "/api/v1/runs/00000000-0000-0000-0000-000000000001")
                        .status())
                .isEqualTo(404);
        assertThat(api.get(Listener.PUBLIC, admin, "/api/v1/operator/keys").status())
                .isEqualTo(403);
        assertThat(api.get(Listener.PUBLIC, admin, "/api/v1/stores").status()).isEqualTo(200);
        List<JsonNode> lines = lines(admin);
        assertThat(lines).hasSize(before + 3);
        assertThat(lines.get(2).get("object").asString()).endsWith(run.id.toString());
        assertThat(lines.get(2).get("what").asString()).isEqualTo("GET /api/v1/runs/{run}");
        assertThat(lines.get(2).get("status").asInt()).isEqualTo(404);
        assertThat(lines.get(0).get("status").asInt()).isEqualTo(403);
    }

    /** Whoever may read nothing but their own could else fill the database's disk. */
    @Test
    void whatIsRefusedTooOftenIsNotLoggedForEver() {
        String viewers = People.account(tenant, Role.VIEWER, null);
        String viewer = Browser.token(api, tenant, viewers, People.PASSWORD);
        RunningApi strict = api.beside(Map.of("quarry.tries.lines-per-source", 5, "quarry.tries.per", "1h"));
        try {
            for (int i = 0; i < 20; i++) {
                strict.get(Listener.PUBLIC, viewer, "/api/v1/files/" + UUID.randomUUID());
                strict.post(Listener.PUBLIC, viewer, "/api/v1/stores", "{}");
                strict.post(Listener.PUBLIC, admin, "/api/v1/stores", "{}");
            }
        } finally {
            strict.close();
        }
        assertThat(lines(admin))
                .filteredOn(line -> line.get("status").asInt() >= 400)
                .extracting(line -> line.get("who").asString() + " "
                        + line.get("what").asString() + " "
                        + line.get("status").asInt())
                .hasSize(15)
                .containsOnly(
                        viewers + " GET /api/v1/files/{file} 404",
                        viewers + " POST /api/v1/stores 403",
                        name + " POST /api/v1/stores 422");
    }

    /** A network of IPv6 gives one caller as many addresses as they like. */
    @Test
    void theLinesOfOneCallerAreCountedTogetherWhateverTheAddress() throws IOException {
        String viewers = People.account(tenant, Role.VIEWER, null);
        String viewer = Browser.token(api, tenant, viewers, People.PASSWORD);
        RunningApi strict = api.beside(Map.of("quarry.tries.lines-per-source", 5, "quarry.tries.per", "1h"));
        try {
            for (int i = 1; i <= 10; i++) {
                isRefused(strict, viewer, "127.0.0." + i);
            }
        } finally {
            strict.close();
        }
        assertThat(lines(admin))
                .filteredOn(line -> line.get("who").asString().equals(viewers))
                .filteredOn(line -> line.get("status").asInt() == 404)
                .extracting(line -> line.get("address").asString())
                .containsExactly("127.0.0.5", "127.0.0.4", "127.0.0.3", "127.0.0.2", "127.0.0.1");
    }

    private static void isRefused(RunningApi api, String token, String from) throws IOException {
        URI uri = URI.create(api.url(Listener.PUBLIC));
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
            socket.getOutputStream()
                    .write(("GET /api/v1/files/" + UUID.randomUUID()
                                    + " HTTP/1.1\r\nHost: quarry\r\nConnection: close\r\nAuthorization: Bearer " + token
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void signingInIsLoggedAndWhatIsTypedWronglyIsNot() {
        String operator = api.operatorToken();
        Browser.token(api, tenant, name, People.PASSWORD);
        assertThat(lines(admin).get(0).get("what").asString()).isEqualTo("LOGIN");
        int before = lines(admin).size();
        Browser.failsToSignIn(api, tenant, name);
        assertThat(lines(admin)).hasSize(before + 1);
        JsonNode failed = lines(admin).get(0);
        assertThat(failed.get("what").asString()).isEqualTo("LOGIN_FAILED");
        assertThat(failed.get("object").asString()).isEqualTo(name);
        Browser.failsToSignIn(api, tenant, "my secret password");
        assertThat(lines(admin).get(0).get("object").asString()).isEqualTo("an unknown account");
        Browser.failsToSignIn(api, "nowhere", "my secret password");
        JsonNode all = api.get(Listener.PUBLIC, operator, "/api/v1/operator/audit")
                .json()
                .get("entries");
        assertThat(all.get(0).get("what").asString()).isEqualTo("LOGIN_FAILED");
        assertThat(all.get(0).get("tenant").asString()).isEmpty();
        assertThat(all.toString()).doesNotContain("my secret password");
    }

    @Test
    void anAdminReadsTheirOwnTenantsLinesAndAnOperatorAll() {
        api.post(Listener.PUBLIC, admin, "/api/v1/accounts", "{}");
        String other = People.token(People.tenant(), Role.TENANT_ADMIN);
        String first = People.token("demo", Role.TENANT_ADMIN);
        // Whoever is no operator and tries is refused, and that is the tenant's line.
        assertThat(lines(first))
                .filteredOn(line -> line.get("what").asString().contains("/operator/"))
                .allSatisfy(line -> assertThat(line.get("status").asInt()).isEqualTo(403));
        assertThat(lines(other))
                .allSatisfy(line -> assertThat(line.get("tenant").asString()).isNotEqualTo(tenant));
        String operators = api.get(Listener.PUBLIC, api.operatorToken(), "/api/v1/operator/audit?limit=1000")
                .body();
        assertThat(operators).contains(tenant).contains("PUT /api/v1/operator/tenants/{tenant}");
    }

    @Test
    void anAccountThatAnOperatorMakesStandsInTheTenantsLog() {
        String made = People.account(tenant, Role.VIEWER, null);
        JsonNode line = lines(admin).get(0);
        assertThat(line.get("who").asString()).isEqualTo("quarry-operator");
        assertThat(line.get("object").asString()).isEqualTo("account " + made + " VIEWER");
    }

    @Test
    void aServicesTokenIsLoggedAndSoIsARefusedOne() {
        String operator = api.operatorToken();
        assertThat(newest(operator, "POST /oauth2/token").get("who").asString()).isEqualTo("quarry-operator");
        api.send(HttpRequest.newBuilder(URI.create(api.url(Listener.CONTROL) + "/oauth2/token"))
                .header(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString("quarry-worker:wrong".getBytes(StandardCharsets.US_ASCII)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&scope=control"))
                .build());
        JsonNode refused = newest(operator, "POST /oauth2/token");
        assertThat(refused.get("status").asInt()).isEqualTo(401);
        assertThat(refused.get("who").asString()).isEmpty();
        assertThat(refused.get("address").asString()).isEqualTo("127.0.0.1");
    }

    @Test
    void aWorkersWeightyCallsAndRefusalsAreLoggedAndItsOthersAreNot() {
        String operator = api.operatorToken();
        TestStore.TestRun run = new TestStore().open();
        JsonNode opened = newest(operator, "POST /control/v1/runs");
        assertThat(opened.get("who").asString()).isEqualTo("quarry-worker");
        assertThat(opened.get("status").asInt()).isEqualTo(200);
        run.walk();
        assertThat(lines(operator, "/api/v1/operator/audit"))
                .noneMatch(line -> line.get("object").asString().contains(run.id.toString()));
        String nobodys = "/control/v1/runs/" + UUID.randomUUID();
        assertThat(api.get(Listener.CONTROL, api.token(Listener.CONTROL), nobodys)
                        .status())
                .isEqualTo(404);
        JsonNode refused = newest(operator, "GET /control/v1/runs/{run}");
        assertThat(refused.get("object").asString()).isEqualTo(nobodys);
        assertThat(refused.get("status").asInt()).isEqualTo(404);
        assertThat(api.get(Listener.CONTROL, "no token", nobodys).status()).isEqualTo(401);
        assertThat(newest(operator, "GET ").get("status").asInt()).isEqualTo(401);
    }

    private JsonNode newest(String operator, String what) {
        return lines(operator, "/api/v1/operator/audit").stream()
                .filter(line -> line.get("what").asString().equals(what))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void pagesShowEachLineOnce() {
        for (int i = 0; i < 7; i++) {
            api.post(Listener.PUBLIC, admin, "/api/v1/accounts", "{}");
        }
        List<Long> seen = new ArrayList<>();
        String from = "";
        while (true) {
            JsonNode page = api.get(Listener.PUBLIC, admin, "/api/v1/audit?limit=3" + from)
                    .json();
            page.get("entries").forEach(line -> seen.add(line.get("n").asLong()));
            if (page.get("next").isNull()) {
                break;
            }
            from = "&before=" + page.get("next").asLong();
        }
        assertThat(seen).hasSizeGreaterThanOrEqualTo(8).doesNotHaveDuplicates();
        assertThat(seen).isSortedAccordingTo(java.util.Comparator.reverseOrder());
    }

    private List<JsonNode> lines(String token) {
        return lines(token, "/api/v1/audit");
    }

    private List<JsonNode> lines(String token, String log) {
        List<JsonNode> lines = new ArrayList<>();
        api.get(Listener.PUBLIC, token, log + "?limit=1000")
                .json()
                .get("entries")
                .forEach(lines::add);
        return lines;
    }
}
