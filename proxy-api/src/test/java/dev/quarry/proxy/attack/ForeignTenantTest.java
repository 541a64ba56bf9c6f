package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every route of the public API, as it is served, called by another tenant with this one's ids. A route that is missing here fails the first test. */
@ExtendWith(Tally.class)
class ForeignTenantTest {
    private static final String API_PREFIX = OwnedRoutes.PREFIX;

    private final RunningApi api = RunningApi.shared();
    private final OwnedRoutes owned = OwnedRoutes.create();
    private final OwnedRoutes.Property property = owned.property();
    private final String owner = api.token(Listener.PUBLIC);
    private final String foreigner = Tenant.other().token();

    /** These name nobody's ids; what they show of others is tested below, and for the last ones by AuditTest and AccountsTest. */
    private static final Set<String> WITHOUT_IDS = Set.of(
            "GET /api/v1/stores",
            "POST /api/v1/stores",
            "GET /api/v1/accounts",
            "POST /api/v1/accounts",
            "PUT /api/v1/account/password",
            "GET /api/v1/audit");

    /** Operators are of no tenant: RolesTest holds that nobody else comes in. */
    private static final String OPERATORS = API_PREFIX + "operator/";

    @Test
    void noRouteIsMissing() {
        Set<String> served = new TreeSet<>();
        api.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .forEach(mapping -> mapping.getPatternValues().stream()
                        .filter(path -> path.startsWith(API_PREFIX) && !path.startsWith(OPERATORS))
                        .forEach(path -> mapping.getMethodsCondition()
                                .getMethods()
                                .forEach(method -> served.add(method + " " + path))));
        Set<String> tried =
                new TreeSet<>(owned.routes().map(OwnedRoutes.Route::route).toList());
        tried.addAll(WITHOUT_IDS);
        assertThat(tried).isEqualTo(served);
    }

    @TestFactory
    Stream<DynamicTest> nothingOfAnotherTenantIsThere() {
        return owned.routes()
                .map(route -> DynamicTest.dynamicTest(route.route() + " -> " + route.foreign(), () -> {
                    Reply foreign = route.call().bearer(foreigner).send();
                    Tally.count(route.route(), foreign);
                    assertThat(foreign.status()).as(foreign.body()).isEqualTo(route.foreign());
                    assertThat(foreign.body()).doesNotContain(property.word());
                    Reply own = route.call().bearer(owner).send();
                    assertThat(own.status()).as(own.body()).isEqualTo(route.own());
                }));
    }

    @Test
    void theForeignerSeesHisOwnAndNothingElse() {
        Call stores = Call.get(Listener.PUBLIC, API_PREFIX + "stores");
        assertThat(stores.bearer(owner).send().body()).contains(property.store());
        Reply foreign = stores.bearer(foreigner).send();
        assertThat(foreign.status()).isEqualTo(200);
        assertThat(foreign.json().get("stores")).isEmpty();
        Call search = Call.get(Listener.PUBLIC, API_PREFIX + "search?q=" + property.word());
        assertThat(search.bearer(owner).send().json().get("hits")).hasSize(1);
        Reply found = search.bearer(foreigner).send();
        assertThat(found.status()).isEqualTo(200);
        assertThat(found.json().get("hits")).isEmpty();
    }

    @Test
    void aStoreOfTheSameNameIsAnotherStore() {
        String other = Tenant.other().token();
        Call create = Call.post(
                Listener.PUBLIC,
                API_PREFIX + "stores",
                "{\"name\":\"%s\",\"kind\":\"filesystem\",\"root\":\"%s\"}"
                        .formatted(property.store(), api.newStoreFolder()));
        assertThat(create.bearer(other).send().status()).isEqualTo(201);
        assertThat(create.bearer(owner).send().status())
                .as("the owner has one of other settings")
                .isEqualTo(409);
        assertThat(Call.get(Listener.PUBLIC, API_PREFIX + "stores/" + property.store() + "/files")
                        .bearer(other)
                        .send()
                        .json()
                        .get("files"))
                .isEmpty();
    }

    /** It was put as text/html by an extractor that a file may have taken over. */
    @Test
    void anArtifactIsNoPageOfOurs() {
        Reply artifact = Call.get(Listener.ARTIFACTS, API_PREFIX + "artifacts/" + property.artifact())
                .bearer(owner)
                .send();
        assertThat(artifact.header("Content-Type")).isEqualTo("application/octet-stream");
        assertThat(artifact.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(artifact.header("Content-Disposition")).isEqualTo("attachment; filename=\"a.jpg\"");
        assertThat(artifact.header("Content-Security-Policy"))
                .contains("sandbox")
                .contains("default-src 'none'");
    }

    @Test
    void anArtifactComesFromAnotherOriginThanThePageWherePeopleSignIn() {
        Call there = Call.get(Listener.ARTIFACTS, API_PREFIX + "artifacts/" + property.artifact());
        Reply sentOn = there.on(Listener.PUBLIC).bearer(owner).send();
        assertThat(sentOn.status()).isEqualTo(307);
        assertThat(sentOn.header("Location")).endsWith(there.target()).startsWith("http://quarry:");
        assertThat(URI.create(sentOn.header("Location")).getPort())
                .isEqualTo(URI.create(api.url(Listener.ARTIFACTS)).getPort());
        assertThat(sentOn.body()).isEmpty();
        assertThat(there.on(Listener.PUBLIC).send().status()).isEqualTo(401);
        assertThat(there.bearer(owner).send().status()).isEqualTo(200);
    }

    /** Whatever a browser brings along for the host, a script of an artifact could ask for nothing with it. */
    @Test
    void theOriginOfArtifactsHasNothingElseAndGivesAndTakesNoCookies() {
        for (String path : List.of(
                "/login",
                "/logout",
                "/oauth2/authorize",
                "/oauth2/token",
                "/oauth2/jwks",
                "/actuator/health",
                "/v3/api-docs",
                API_PREFIX + "stores",
                API_PREFIX + "search?q=a",
                API_PREFIX + "artifacts",
                "/v1/attempts/claim",
                "/control/v1/runs",
                "/")) {
            assertThat(Call.get(Listener.ARTIFACTS, path).bearer(owner).send().status())
                    .as(path)
                    .isEqualTo(403);
        }
        Call artifact = Call.get(Listener.ARTIFACTS, API_PREFIX + "artifacts/" + property.artifact());
        assertThat(artifact.by("POST").bearer(owner).send().status()).isEqualTo(403);
        Reply byCookie = artifact.with("Cookie: JSESSIONID=" + "A".repeat(32)).send();
        assertThat(byCookie.status()).isEqualTo(401);
        assertThat(byCookie.header("Set-Cookie")).isEmpty();
        assertThat(artifact.bearer(owner).send().header("Set-Cookie")).isEmpty();
        assertThat(artifact.bearer(api.token(Listener.CONTROL)).send().status()).isEqualTo(401);
    }
}
