package dev.quarry.proxy.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.postgres.DatabaseRole;
import dev.quarry.postgres.EmbeddedPostgres;
import dev.quarry.proxy.Eventually;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountsTest {
    private static final String NEW_PASSWORD = "another horse battery";

    private final RunningApi api = RunningApi.shared();
    private final String tenant = People.tenant();
    private final String admin = People.token(tenant, Role.TENANT_ADMIN);

    @Test
    void anAdminMakesAccountsAndARepeatedCallChangesNothing() {
        String body = account("ann", "VIEWER");
        assertThat(post("/api/v1/accounts", body).status()).isEqualTo(201);
        assertThat(post("/api/v1/accounts", body).status()).isEqualTo(200);
        assertThat(post("/api/v1/accounts", account("ann", "EDITOR")).status()).isEqualTo(409);
        assertThat(post("/api/v1/accounts", body.replace(People.PASSWORD, NEW_PASSWORD))
                        .status())
                .isEqualTo(409);
        Answer read = api.get(Listener.PUBLIC, admin, "/api/v1/accounts/ann");
        assertThat(read.json().get("role").asString()).isEqualTo("VIEWER");
        assertThat(read.body()).doesNotContain("argon2").doesNotContain(People.PASSWORD);
        assertThat(stored("ann")).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(api.get(Listener.PUBLIC, Browser.token(api, tenant, "ann", People.PASSWORD), "/api/v1/stores")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"UPPER\",\"password\":\"long enough for us\",\"role\":\"VIEWER\"} | 422",
                "{\"name\":\"bob\",\"password\":\"too short\",\"role\":\"VIEWER\"} | 422",
                "{\"name\":\"bobbobbobbob\",\"password\":\"bobbobbobbob\",\"role\":\"VIEWER\"} | 422",
                "{\"name\":\"bob\",\"password\":\"long enough for us\",\"role\":\"OPERATOR\"} | 422",
                "{\"name\":\"bob\",\"password\":\"long enough for us\",\"role\":\"KING\"} | 400",
                "{\"name\":\"bob\",\"password\":\"long enough for us\",\"role\":\"VIEWER\",\"stores\":[\"nowhere\"]} | 422",
                "{\"name\":\"bob\",\"password\":\"long enough for us\",\"role\":\"TENANT_ADMIN\",\"stores\":[]} | 422"
            })
    void badAccountsAreRefused(String body, int status) {
        Answer answer = post("/api/v1/accounts", body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(api.get(Listener.PUBLIC, admin, "/api/v1/accounts/bob").status())
                .isEqualTo(404);
    }

    @Test
    void aDisabledAccountIsOutAtOnce() {
        post("/api/v1/accounts", account("ann", "VIEWER"));
        String token = Browser.token(api, tenant, "ann", People.PASSWORD);
        assertThat(reads(token)).isEqualTo(200);
        assertThat(put("/api/v1/accounts/ann", "{\"role\":\"VIEWER\",\"disabled\":true}")
                        .status())
                .isEqualTo(200);
        assertThat(reads(token)).isEqualTo(401);
        assertThat(new Browser(api).signIn(tenant, "ann", People.PASSWORD).status())
                .isEqualTo(401);
        put("/api/v1/accounts/ann", "{\"role\":\"VIEWER\",\"disabled\":false}");
        assertThat(reads(token)).as("what was given before stays worthless").isEqualTo(401);
        assertThat(reads(Browser.token(api, tenant, "ann", People.PASSWORD))).isEqualTo(200);
    }

    @Test
    void anotherRoleCountsForTheVeryNextRequest() {
        post("/api/v1/accounts", account("ann", "TENANT_ADMIN"));
        String token = Browser.token(api, tenant, "ann", People.PASSWORD);
        assertThat(api.get(Listener.PUBLIC, token, "/api/v1/accounts").status()).isEqualTo(200);
        put("/api/v1/accounts/ann", "{\"role\":\"VIEWER\"}");
        assertThat(api.get(Listener.PUBLIC, token, "/api/v1/accounts").status()).isEqualTo(403);
    }

    @Test
    void aNewPasswordEndsWhatWasGivenForTheOldOne() {
        post("/api/v1/accounts", account("ann", "VIEWER"));
        String token = Browser.token(api, tenant, "ann", People.PASSWORD);
        assertThat(put("/api/v1/accounts/ann/password", "{\"password\":\"" + NEW_PASSWORD + "\"}")
                        .status())
                .isEqualTo(204);
        assertThat(reads(token)).isEqualTo(401);
        assertThat(new Browser(api).signIn(tenant, "ann", People.PASSWORD).status())
                .isEqualTo(401);
        assertThat(reads(Browser.token(api, tenant, "ann", NEW_PASSWORD))).isEqualTo(200);
    }

    @Test
    void onesOwnPasswordIsChangedWithTheOldOneOnly() {
        post("/api/v1/accounts", account("ann", "VIEWER"));
        String token = Browser.token(api, tenant, "ann", People.PASSWORD);
        assertThat(own(token, "wrong wrong wrong").status()).isEqualTo(422);
        assertThat(own(token, People.PASSWORD).status()).isEqualTo(204);
        assertThat(reads(token)).isEqualTo(401);
        assertThat(reads(Browser.token(api, tenant, "ann", NEW_PASSWORD))).isEqualTo(200);
    }

    /** The row of an account is held while its owner's call waits for it; what that call knows of it is older. */
    @Test
    void onesOwnPasswordIsNotChangedAfterAnAdminHasResetItMeanwhile() throws Exception {
        post("/api/v1/accounts", account("ann", "VIEWER"));
        String token = Browser.token(api, tenant, "ann", People.PASSWORD);
        ExecutorService caller = Executors.newSingleThreadExecutor();
        try (Connection admins = api.postgres().connect(EmbeddedPostgres.DATABASE, DatabaseRole.SUPERUSER);
                Statement sql = admins.createStatement()) {
            admins.setAutoCommit(false);
            sql.executeUpdate(
                    "update quarry.account set password = 'reset', credential = credential + 1 where name = 'ann'"
                            + " and tenant = (select id from quarry.tenant where name = '" + tenant + "')");
            Future<Answer> changed = caller.submit(() -> own(token, People.PASSWORD));
            Eventually.holds("the call waits for the row", this::somebodyWaitsForAnAccount);
            admins.commit();
            assertThat(changed.get().status()).isEqualTo(409);
            assertThat(changed.get().json().get("code").asString()).isEqualTo("password_changed");
        } finally {
            caller.shutdown();
        }
        assertThat(stored("ann")).isEqualTo("reset");
    }

    private boolean somebodyWaitsForAnAccount() {
        return api.superuser()
                .sql(
                        "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and query like 'update quarry.account %')")
                .query(Boolean.class)
                .single();
    }

    @Test
    void aStoreOfANameThatNoneCanHaveIsNoneOfTheTenants() {
        post("/api/v1/accounts", account("ann", "VIEWER"));
        Answer answer = put("/api/v1/accounts/ann", "{\"role\":\"VIEWER\",\"stores\":[\"\\u0000\"]}");
        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
    }

    @Test
    void anAdminReachesNoAccountOfAnotherTenantAndNoOperatorsAndNotTheirOwn() {
        String other = People.account(People.tenant(), Role.VIEWER, null);
        assertThat(put("/api/v1/accounts/" + other + "/password", "{\"password\":\"" + NEW_PASSWORD + "\"}")
                        .status())
                .isEqualTo(404);
        String operator = People.account(tenant, Role.OPERATOR, null);
        assertThat(put("/api/v1/accounts/" + operator + "/password", "{\"password\":\"" + NEW_PASSWORD + "\"}")
                        .status())
                .isEqualTo(404);
        assertThat(put("/api/v1/accounts/" + operator, "{\"role\":\"VIEWER\"}").status())
                .isEqualTo(404);
        String self = People.account(tenant, Role.TENANT_ADMIN, null);
        String token = Browser.token(api, tenant, self, People.PASSWORD);
        assertThat(api.put(Listener.PUBLIC, token, "/api/v1/accounts/" + self, "{\"role\":\"VIEWER\"}")
                        .status())
                .isEqualTo(409);
    }

    private int reads(String token) {
        return api.get(Listener.PUBLIC, token, "/api/v1/stores").status();
    }

    private Answer own(String token, String old) {
        return api.put(
                Listener.PUBLIC,
                token,
                "/api/v1/account/password",
                "{\"old\":\"%s\",\"password\":\"%s\"}".formatted(old, NEW_PASSWORD));
    }

    private String stored(String name) {
        return api.superuser()
                .sql(
                        "select a.password from quarry.account a join quarry.tenant t on t.id = a.tenant where t.name = ? and a.name = ?")
                .params(tenant, name)
                .query(String.class)
                .single();
    }

    private static String account(String name, String role) {
        return "{\"name\":\"%s\",\"password\":\"%s\",\"role\":\"%s\"}".formatted(name, People.PASSWORD, role);
    }

    private Answer post(String path, String body) {
        return api.post(Listener.PUBLIC, admin, path, body);
    }

    private Answer put(String path, String body) {
        return api.put(Listener.PUBLIC, admin, path, body);
    }
}
