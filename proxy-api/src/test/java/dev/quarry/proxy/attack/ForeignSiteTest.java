package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.text.ParseException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every route of the control API, as it is served, called by the worker of another site. A route that is missing here fails the first test. */
@ExtendWith(Tally.class)
class ForeignSiteTest {
    private static final String PREFIX = "/control/v1/";

    private final RunningApi api = RunningApi.shared();
    private final String elsewhere = api.token(Listener.CONTROL);
    private final String here = api.clientToken("quarry-worker-eu", "control");

    /** As Spring serves it, and a call of it about what a worker of site eu works for. */
    private record Route(String route, Function<Victim, Call> call) {
        static Route get(String path, Function<Victim, String> target) {
            return new Route(
                    "GET " + PREFIX + path, victim -> Call.get(Listener.CONTROL, PREFIX + target.apply(victim)));
        }

        static Route put(String path, Function<Victim, String> target, String json) {
            return new Route(
                    "PUT " + PREFIX + path, victim -> Call.put(Listener.CONTROL, PREFIX + target.apply(victim), json));
        }

        static Route post(String path, Function<Victim, String> target, Function<Victim, String> json) {
            return new Route(
                    "POST " + PREFIX + path,
                    victim -> Call.post(Listener.CONTROL, PREFIX + target.apply(victim), json.apply(victim)));
        }
    }

    private static Stream<Route> routes() {
        return Stream.of(
                Route.post("runs", victim -> "runs", ForeignSiteTest::openRun),
                Route.get("runs/{run}", victim -> "runs/" + victim.run.id),
                Route.post("runs/{run}/advance", ofRun("/advance"), ForeignSiteTest::advance),
                Route.post("runs/{run}/close", ofRun("/close"), victim -> "{\"cancelled\":true}"),
                Route.post("runs/{run}/units", ofRun("/units"), victim -> "{\"seq\":2,\"max\":1}"),
                Route.post("runs/{run}/units/read", ofRun("/units/read"), victim -> "{\"units\":[]}"),
                Route.post("units/{unit}/attempts", ofUnit("/attempts"), ForeignSiteTest::openAttempt),
                Route.post("units/{unit}/settle", ofUnit("/settle"), ForeignSiteTest::settle),
                Route.post("units/{unit}/conclude", ofUnit("/conclude"), victim -> "{\"outcome\":\"CANCELLED\"}"),
                Route.post("units/{unit}/fence", ofUnit("/fence"), victim -> "{\"after\":1}"),
                Route.put(
                        "attempts/{attempt}/handle",
                        victim -> "attempts/" + victim.attempt + "/handle",
                        "{\"handle\":\"stolen\"}"));
    }

    private static Function<Victim, String> ofRun(String call) {
        return victim -> "runs/" + victim.run.id + call;
    }

    private static Function<Victim, String> ofUnit(String call) {
        return victim -> "units/" + victim.unit + call;
    }

    private static String openRun(Victim victim) {
        return "{\"workflowId\":\"index/demo/%s\",\"firstExecutionRunId\":\"chain-0\",\"chainStartedAt\":\"2026-01-01T00:00:00Z\"}"
                .formatted(victim.store.name);
    }

    /** The last call again, which changes nothing. */
    private static String advance(Victim victim) {
        return RunningApi.shared()
                .superuser()
                .sql("select '{\"seq\":' || advance_seq || '}' from quarry.run where id = ?")
                .param(victim.run.id)
                .query(String.class)
                .single();
    }

    private static String openAttempt(Victim victim) {
        return "{\"requestId\":\"" + UUID.randomUUID() + "\",\"after\":1}";
    }

    private static String settle(Victim victim) {
        return "{\"requestId\":\"" + victim.request + "\",\"end\":{\"state\":\"FAILED\",\"exitCode\":23}}";
    }

    /** Its answer names the attempts that the worker may know of. */
    private static final Set<String> ANSWERS_WITH_LESS = Set.of("POST " + PREFIX + "attempts/read");

    @Test
    void noRouteIsMissing() {
        Set<String> served = new TreeSet<>();
        api.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .keySet()
                .forEach(mapping -> mapping.getPatternValues().stream()
                        .filter(path -> path.startsWith(PREFIX))
                        .forEach(path -> mapping.getMethodsCondition()
                                .getMethods()
                                .forEach(method -> served.add(method + " " + path))));
        Set<String> tried = new TreeSet<>(routes().map(Route::route).toList());
        tried.addAll(ANSWERS_WITH_LESS);
        assertThat(tried).isEqualTo(served);
    }

    @TestFactory
    Stream<DynamicTest> nothingOfAnotherSiteIsThere() {
        return routes().flatMap(route -> {
            Victim victim = atEu();
            Call call = route.call().apply(victim);
            return Attack.tests(Attack.of(route.route(), call.bearer(elsewhere), 404, call.bearer(here)));
        });
    }

    @TestFactory
    Stream<DynamicTest> eachWorkerHasItsOwnSiteOnly() {
        Call ofDefault = Call.get(Listener.CONTROL, PREFIX + "runs/" + Victim.running().run.id);
        String nowhere = Forgery.of(here).claim("sites", null).signed();
        String none = Forgery.of(here).claim("sites", List.of()).signed();
        return Attack.tests(
                Attack.of("worker of eu at default", ofDefault.bearer(here), 404, ofDefault.bearer(elsewhere)),
                Attack.of("worker of no site said", ofDefault.bearer(nowhere), 404, ofDefault.bearer(elsewhere)),
                Attack.of("worker of no site", ofDefault.bearer(none), 404, ofDefault.bearer(elsewhere)));
    }

    @Test
    void attemptsOfAnotherSiteAreLeftOut() {
        Victim victim = atEu();
        Call read =
                Call.post(Listener.CONTROL, PREFIX + "attempts/read", "{\"attempts\":[\"" + victim.attempt + "\"]}");
        assertThat(read.bearer(here).send().json()).hasSize(1);
        assertThat(read.bearer(elsewhere).send().json()).isEmpty();
    }

    /** Agents are of no site: their ticket and token say which attempt they work for. */
    @Test
    void anAgentIsServedWhateverTheSite() {
        Victim victim = atEu();
        assertThat(victim.claim().send().status()).isEqualTo(200);
        assertThat(victim.items().send().status()).isEqualTo(200);
    }

    @Test
    void aTokenSaysTheSitesOfItsClient() throws ParseException {
        assertThat(SignedJWT.parse(here).getJWTClaimsSet().getStringListClaim("sites"))
                .containsExactly("eu");
        assertThat(SignedJWT.parse(elsewhere).getJWTClaimsSet().getStringListClaim("sites"))
                .containsExactly("default");
    }

    /** One whose store moves to site eu once its attempt runs. */
    private Victim atEu() {
        Victim victim = Victim.running();
        api.superuser()
                .sql("update quarry.store set site = 'eu' where name = ?")
                .param(victim.store.name)
                .update();
        return victim;
    }
}
