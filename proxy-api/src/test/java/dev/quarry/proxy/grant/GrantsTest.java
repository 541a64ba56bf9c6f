package dev.quarry.proxy.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.account.People;
import dev.quarry.proxy.account.Role;
import dev.quarry.proxy.listener.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What one tenant may use, and no other: roots, endpoints, the service's own identity. */
class GrantsTest {
    private final RunningApi api = RunningApi.shared();
    private final String operator = api.operatorToken();
    private final String tenant = People.tenant();
    private final String admin = People.token(tenant, Role.TENANT_ADMIN);

    @Test
    void aDirectoryIsOpenToTheTenantThatWasGrantedItAlone() throws IOException {
        Path above = api.newStoreFolder();
        Path mine = Files.createDirectories(above.resolve("mine"));
        Path inside = Files.createDirectories(mine.resolve("a"));
        Path beside = Files.createDirectories(mine.resolveSibling("mine-too"));
        assertThat(register(admin, inside)).as("nothing granted").isEqualTo(422);
        assertThat(grant("filesystem-root", mine.toString()).status()).isEqualTo(201);
        assertThat(grant("filesystem-root", mine.toString()).status())
                .as("the same again")
                .isEqualTo(200);
        assertThat(register(admin, inside)).isEqualTo(201);
        assertThat(register(admin, mine)).isEqualTo(201);
        assertThat(register(admin, beside)).as("a name that begins alike").isEqualTo(422);
        assertThat(register(admin, above)).as("above it").isEqualTo(422);
        String other = People.token(People.tenant(), Role.TENANT_ADMIN);
        assertThat(register(other, inside)).as("another tenant").isEqualTo(422);
    }

    @Test
    void aLinkOutOfTheRootDoesNotLeadOut() throws IOException {
        Path mine = Files.createDirectories(api.newStoreFolder().resolve("mine"));
        Path others = Files.createDirectories(api.newStoreFolder().resolve("others"));
        Path link = Files.createSymbolicLink(mine.resolve("link"), others);
        grant("filesystem-root", mine.toString());
        assertThat(register(admin, link)).isEqualTo(422);
        Path granted = Files.createSymbolicLink(api.newStoreFolder().resolve("granted"), others);
        assertThat(values(grant("filesystem-root", granted.toString()).json())).contains(others.toString());
        assertThat(register(admin, link)).as("where it leads to is granted").isEqualTo(201);
    }

    /** Whoever may register stores must not learn by it what is on this machine. */
    @Test
    void whatIsThereIsNotToldOfWhatIsNotGranted() throws IOException {
        Path there = api.newStoreFolder();
        Path file = Files.writeString(there.resolve("a.txt"), "a");
        for (Path path : List.of(there, file, there.resolve("not-there"))) {
            assertThat(post(admin, "{\"name\":\"%s\",\"kind\":\"filesystem\",\"root\":\"%s\"}".formatted(name(), path))
                            .body())
                    .contains("it does not lie below a root that an operator grants");
        }
        grant("filesystem-root", there.toString());
        assertThat(post(
                                admin,
                                "{\"name\":\"%s\",\"kind\":\"filesystem\",\"root\":\"%s\"}"
                                        .formatted(name(), there.resolve("not-there")))
                        .body())
                .contains("it is not there");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "filesystem-root  | /            | invalid_root",
                "filesystem-root  | /proc        | invalid_root",
                "filesystem-root  | /proc/self   | invalid_root",
                "filesystem-root  | /sys         | invalid_root",
                "filesystem-root  | /dev         | invalid_root",
                "filesystem-root  | relative     | invalid_root",
                "filesystem-root  | /tmp/../proc | invalid_root",
                "filesystem-root  | /not-there   | invalid_root",
                "store-endpoint   | minio        | invalid_endpoint",
                "store-endpoint   | http://minio:9000/ | invalid_endpoint",
                "ambient-identity | filesystem   | invalid_identity",
                "assume-role      | arn:aws:iam::*:role/*  | invalid_role",
                "assume-role      | arn:aws:iam::123456789012:user/a | invalid_role",
                "assume-role      | *            | invalid_role",
                "everything       | *            | invalid_kind"
            })
    void whatNobodyIsGrantedIsRefused(String kind, String value, String code) {
        Answer answer = grant(kind.strip(), value.strip());
        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(answer.json().get("code").asString()).isEqualTo(code.strip());
        assertThat(list()).isEmpty();
    }

    /** Its store stays, and reads nothing any more: neither the next page nor a check. */
    @Test
    void whatIsTakenBackEndsForStoresThatAreThereAlready() throws IOException {
        Path root = api.newStoreFolder();
        Files.writeString(root.resolve("a.txt"), "a");
        grant("filesystem-root", root.toString());
        String store = name();
        assertThat(register(admin, store, root)).isEqualTo(201);
        UUID run = open(store);
        assertThat(reached(store)).isTrue();
        assertThat(revoke("filesystem-root", root.toString())).isEmpty();
        assertThat(revoke("filesystem-root", root.toString()))
                .as("the same again")
                .isEmpty();
        assertThat(reached(store)).isFalse();
        JsonNode totals = control("runs/" + run + "/advance", "{\"seq\":1}").json();
        assertThat(totals.get("listed").asInt()).isZero();
        assertThat(totals.get("gaps").asBoolean()).isTrue();
        grant("filesystem-root", root.toString());
        assertThat(reached(store)).isTrue();
    }

    @Test
    void anEndpointInsideOurNetworksIsOpenToTheTenantThatWasGrantedItAlone() {
        String bucket =
                "{\"name\":\"%s\",\"kind\":\"s3\",\"s3\":{\"bucket\":\"some-bucket\",\"endpoint\":\"http://127.0.0.1:9\",\"accessKeyId\":\"AKIAEXAMPLE1\",\"secretAccessKey\":\"one\"}}";
        assertThat(post(admin, bucket.formatted(name())).status()).isEqualTo(422);
        grant("store-endpoint", "127.0.0.1:9");
        assertThat(post(admin, bucket.formatted(name())).status()).isEqualTo(201);
        assertThat(post(admin, bucket.formatted(name()).replace("1:9", "1:10")).status())
                .as("another port")
                .isEqualTo(422);
        String other = People.token(People.tenant(), Role.TENANT_ADMIN);
        assertThat(post(other, bucket.formatted(name())).status())
                .as("another tenant")
                .isEqualTo(422);
        revoke("store-endpoint", "127.0.0.1:9");
        assertThat(post(admin, bucket.formatted(name())).status()).isEqualTo(422);
    }

    @Test
    void theServicesOwnIdentityIsForTheTenantAndKindOfStoreThatWereGrantedIt() {
        String bucket =
                "{\"name\":\"%s\",\"kind\":\"s3\",\"s3\":{\"bucket\":\"some-bucket\",\"region\":\"eu-central-1\",\"ambient\":true}}";
        grant("ambient-identity", "azure");
        assertThat(post(admin, bucket.formatted(name())).body()).contains("ambient_not_allowed");
        grant("ambient-identity", "s3");
        assertThat(post(admin, bucket.formatted(name())).status()).isEqualTo(201);
        String other = People.token(People.tenant(), Role.TENANT_ADMIN);
        assertThat(post(other, bucket.formatted(name())).body()).contains("ambient_not_allowed");
    }

    @Test
    void theTenantsOwnLogSaysWhatWasOpenedAndClosed() {
        Path root = api.newStoreFolder();
        grant("filesystem-root", root.toString());
        revoke("filesystem-root", root.toString());
        String log = api.get(Listener.PUBLIC, admin, "/api/v1/audit").body();
        assertThat(log).contains("OPERATOR_GRANT", "OPERATOR_REVOKE", "filesystem-root " + root);
    }

    @Test
    void whatIsTakenBackInTheNotationThatItWasGrantedInIsTakenBack() {
        String root = api.newStoreFolder().toString();
        grant("store-endpoint", "MinIO.acme:9000");
        grant("filesystem-root", root + "//./");
        assertThat(list()).containsExactly(root, "minio.acme:9000");
        assertThat(revokes("store-endpoint", "MinIO.acme:9000")).isTrue();
        assertThat(revokes("filesystem-root", root + "//./")).isTrue();
        assertThat(list()).isEmpty();
    }

    @Test
    void whatWasNotGrantedIsSaidNotToHaveBeenTakenBack() {
        String root = api.newStoreFolder().toString();
        grant("filesystem-root", root);
        assertThat(revokes("filesystem-root", root + "/below")).isFalse();
        assertThat(revokes("filesystem-root", root.substring(1))).isFalse();
        assertThat(list()).containsExactly(root);
        assertThat(revokes("filesystem-root", root)).isTrue();
        assertThat(revokes("filesystem-root", root)).as("the same again").isFalse();
        assertThat(api.get(Listener.PUBLIC, admin, "/api/v1/audit").body())
                .contains("not had: filesystem-root " + root + "/below");
    }

    /** What is sent there opens every container that the service may read. */
    @Test
    void theServicesOwnIdentityIsSentToAnAzureEndpointOverTlsOnly() {
        String container =
                "{\"name\":\"%s\",\"kind\":\"azure\",\"azure\":{\"account\":\"photos\",\"container\":\"files\",\"endpoint\":\"%s\",\"ambient\":true}}";
        grant("ambient-identity", "azure");
        grant("store-endpoint", "127.0.0.1:9");
        Answer plain = post(admin, container.formatted(name(), "http://127.0.0.1:9"));
        assertThat(plain.status()).as(plain.body()).isEqualTo(422);
        assertThat(plain.body()).contains("ambient_not_allowed", "it must be https");
        Answer sealed = post(admin, container.formatted(name(), "https://127.0.0.1:9"));
        assertThat(sealed.status()).as(sealed.body()).isEqualTo(201);
    }

    @Test
    void ofATenantThatIsNotThereNothingIsGranted() {
        Answer answer = api.post(
                Listener.PUBLIC,
                operator,
                "/api/v1/operator/tenants/nobody-here/grants",
                "{\"kind\":\"ambient-identity\",\"value\":\"s3\"}");
        assertThat(answer.status()).isEqualTo(404);
    }

    private String path() {
        return "/api/v1/operator/tenants/" + tenant + "/grants";
    }

    private Answer grant(String kind, String value) {
        return api.post(Listener.PUBLIC, operator, path(), body(kind, value));
    }

    private List<String> revoke(String kind, String value) {
        Answer answer = api.post(Listener.PUBLIC, operator, path() + "/revoke", body(kind, value));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return values(answer.json());
    }

    private boolean revokes(String kind, String value) {
        Answer answer = api.post(Listener.PUBLIC, operator, path() + "/revoke", body(kind, value));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json().get("revoked").asBoolean();
    }

    private List<String> list() {
        return values(api.get(Listener.PUBLIC, operator, path()).json());
    }

    private static List<String> values(JsonNode list) {
        List<String> values = new ArrayList<>();
        list.get("grants").forEach(grant -> values.add(grant.get("value").asString()));
        return values;
    }

    private static String body(String kind, String value) {
        return "{\"kind\":\"" + kind + "\",\"value\":\"" + value + "\"}";
    }

    private int register(String token, Path root) {
        return register(token, name(), root);
    }

    private int register(String token, String name, Path root) {
        return post(token, "{\"name\":\"%s\",\"kind\":\"filesystem\",\"root\":\"%s\"}".formatted(name, root))
                .status();
    }

    private Answer post(String token, String json) {
        return api.post(Listener.PUBLIC, token, "/api/v1/stores", json);
    }

    private boolean reached(String store) {
        JsonNode checks = api.post(Listener.PUBLIC, admin, "/api/v1/stores/" + store + "/check", "")
                .json()
                .get("checks");
        return checks.get(0).get("ok").asBoolean();
    }

    private UUID open(String store) {
        Answer opened = control(
                "runs",
                "{\"workflowId\":\"index/%s/%s\",\"firstExecutionRunId\":\"chain\",\"chainStartedAt\":\"2026-01-01T00:00:00Z\"}"
                        .formatted(tenant, store));
        return UUID.fromString(opened.json().get("run").asString());
    }

    private Answer control(String call, String json) {
        return api.post(Listener.CONTROL, api.token(Listener.CONTROL), "/control/v1/" + call, json);
    }

    private static String name() {
        return "s" + UUID.randomUUID().toString().substring(0, 20);
    }
}
