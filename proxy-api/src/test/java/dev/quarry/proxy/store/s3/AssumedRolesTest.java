package dev.quarry.proxy.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.account.People;
import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.listener.Listener;
import dev.quarry.proxy.store.MotoServer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;

/** Roles of customers' accounts, assumed with the service's own identity, which is here in the JVM's properties. */
@EnabledIf(
        value = "dev.quarry.proxy.store.MotoServer#isInstalled",
        disabledReason = "there is no moto for the emulated S3; ./quarry setup installs it where Python is")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AssumedRolesTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/quarry/reader";

    private final MotoServer server = MotoServer.shared();
    private final StsDouble sts = new StsDouble(server.endpoint());
    private final RunningApi api = RunningApi.shared()
            .beside(Map.of("quarry.sts-endpoint", sts.endpoint().toString()));
    private final String bucket = server.newBucket();

    @BeforeAll
    void identity() {
        System.setProperty("aws.accessKeyId", "OWNIDENTITY");
        System.setProperty("aws.secretAccessKey", "own-secret-never-printed");
        server.put(bucket, "a.txt", "a".getBytes(StandardCharsets.UTF_8));
    }

    @AfterAll
    void end() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
        api.close();
        sts.close();
    }

    @Test
    void aRoleIsAssumedWithTheExternalIdThatTheServerMadeForTheTenant() {
        Customer customer = new Customer();
        customer.grant("assume-role", ROLE);
        String name = name();
        JsonNode s3 = customer.register(name, "").json().get("s3");
        String externalId = s3.get("externalId").asString();
        assertThat(UUID.fromString(externalId)).isNotNull();
        assertThat(s3.get("roleArn").asString()).isEqualTo(ROLE);
        sts.asked().clear();
        assertThat(customer.check(name)).contains("'a.txt' can be read").doesNotContain("own-secret");
        assertThat(sts.asked())
                .as("once for all calls")
                .singleElement()
                .satisfies(asked -> assertThat(asked)
                        .containsEntry("Action", "AssumeRole")
                        .containsEntry("RoleArn", ROLE)
                        .containsEntry("ExternalId", externalId)
                        .hasEntrySatisfying(
                                "RoleSessionName",
                                session -> assertThat(session).matches("quarry-[0-9a-f-]{36}")));
    }

    /** Else a tenant could have the role of another one assumed, by saying what that one's trust policy asks for. */
    @Test
    void noCallerChoosesAnExternalIdAndNoTwoTenantsHaveTheSame() {
        Customer one = new Customer();
        Customer other = new Customer();
        one.grant("assume-role", ROLE);
        other.grant("assume-role", ROLE);
        String first = externalId(one.register(name(), ""));
        assertThat(externalId(one.register(name(), ""))).as("of all its stores").isEqualTo(first);
        Answer copied = other.register(name(), ",\"externalId\":\"" + first + "\"");
        if (copied.status() == 201) {
            assertThat(externalId(copied)).isNotEqualTo(first);
        } else {
            assertThat(copied.status()).as(copied.body()).isBetween(400, 422);
        }
        assertThat(externalId(other.register(name(), ""))).isNotEqualTo(first);
    }

    @Test
    void aRoleIsForTheTenantThatWasGrantedItOrItsAccount() {
        Customer customer = new Customer();
        customer.grant("ambient-identity", "s3");
        assertThat(customer.register(name(), "").body())
                .as("the service's own identity is another grant")
                .contains("role_not_allowed");
        customer.grant("assume-role", "arn:aws:iam::999999999999:role/*");
        customer.grant("assume-role", ROLE + "-2");
        assertThat(customer.register(name(), "").body()).as("others").contains("role_not_allowed");
        customer.grant("assume-role", "arn:aws:iam::123456789012:role/*");
        assertThat(customer.register(name(), "").status()).isEqualTo(201);
        assertThat(customer.register(name(), ",\"ambient\":true").body()).contains("invalid_s3");
        assertThat(new Customer().register(name(), "").body())
                .as("another tenant")
                .contains("role_not_allowed");
    }

    @Test
    void aRoleThatIsTakenBackEndsForStoresThatAreThere() {
        Customer customer = new Customer();
        customer.grant("assume-role", ROLE);
        String name = name();
        customer.register(name, "");
        assertThat(customer.check(name)).contains("can be read");
        customer.operator("/revoke", "assume-role", ROLE);
        assertThat(customer.check(name)).contains("is not one that an operator lets its tenant use");
    }

    @Test
    void untilTheTrustPolicyNamesTheExternalIdTheStoreIsAwayAndNothingIsLost() {
        Customer customer = new Customer();
        customer.grant("assume-role", ROLE);
        String name = name();
        customer.register(name, "");
        UUID run = open(customer.tenant, name);
        sts.trusts(false);
        Answer waits = advance(run);
        sts.trusts(true);
        assertThat(waits.status()).as(waits.body()).isEqualTo(503);
        assertThat(waits.body())
                .contains("store_away", "its trust policy names this service")
                .doesNotContain("own-secret");
        JsonNode totals = advance(run).json();
        assertThat(totals.get("listed").asInt()).isOne();
        assertThat(totals.get("gaps").asBoolean()).isFalse();
    }

    private UUID open(String tenant, String store) {
        return UUID.fromString(control(
                        "runs",
                        "{\"workflowId\":\"index/%s/%s\",\"firstExecutionRunId\":\"chain\",\"chainStartedAt\":\"2026-01-01T00:00:00Z\"}"
                                .formatted(tenant, store))
                .json()
                .get("run")
                .asString());
    }

    private Answer advance(UUID run) {
        return control("runs/" + run + "/advance", "{\"seq\":1}");
    }

    private Answer control(String call, String json) {
        return api.post(Listener.CONTROL, api.token(Listener.CONTROL), "/control/v1/" + call, json);
    }

    private static String externalId(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.json().get("s3").get("externalId").asString();
    }

    private static String name() {
        return "s" + UUID.randomUUID().toString().substring(0, 20);
    }

    private final class Customer {
        private final String tenant = People.tenant();
        private final String admin = People.token(tenant, Role.TENANT_ADMIN);

        /** The endpoint is on loopback. */
        Customer() {
            grant("store-endpoint", "127.0.0.1:*");
        }

        void grant(String kind, String value) {
            operator("", kind, value);
        }

        void operator(String what, String kind, String value) {
            Answer answer = api.post(
                    Listener.PUBLIC,
                    api.operatorToken(),
                    "/api/v1/operator/tenants/" + tenant + "/grants" + what,
                    "{\"kind\":\"" + kind + "\",\"value\":\"" + value + "\"}");
            assertThat(answer.status()).as(answer.body()).isLessThan(300);
        }

        Answer register(String name, String more) {
            return api.post(
                    Listener.PUBLIC,
                    admin,
                    "/api/v1/stores",
                    "{\"name\":\"%s\",\"kind\":\"s3\",\"s3\":{\"bucket\":\"%s\",\"endpoint\":\"%s\",\"pathStyle\":true,\"roleArn\":\"%s\"%s}}"
                            .formatted(name, bucket, server.endpoint(), ROLE, more));
        }

        String check(String store) {
            return api.post(Listener.PUBLIC, admin, "/api/v1/stores/" + store + "/check", "")
                    .body();
        }
    }
}
