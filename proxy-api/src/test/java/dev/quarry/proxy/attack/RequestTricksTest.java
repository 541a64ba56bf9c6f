package dev.quarry.proxy.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Methods, paths, parameters and headers that another reader of the request might read otherwise. */
@ExtendWith(Tally.class)
class RequestTricksTest {
    private final RunningApi api = RunningApi.shared();
    private final Victim victim = Victim.running();
    private final Call items = victim.items();
    private final Call stores = Call.get(Listener.PUBLIC, "/api/v1/stores").bearer(api.token(Listener.PUBLIC));
    private final Call run =
            Call.get(Listener.CONTROL, "/control/v1/runs/" + victim.run.id).bearer(api.token(Listener.CONTROL));

    @TestFactory
    Stream<DynamicTest> methods() {
        Stream<DynamicTest> denied = Stream.of("HEAD", "OPTIONS", "DELETE", "PATCH")
                .flatMap(method -> Attack.tests(
                        Attack.of(method + " at the job API", items.by(method), 403, items),
                        Attack.of(method + " at the public API", stores.by(method), 403, stores),
                        Attack.of(method + " at the control API", run.by(method), 403, run),
                        Attack.of(
                                method + " for an item's bytes",
                                victim.content(0).by(method),
                                403,
                                victim.content(0))));
        return Stream.concat(
                denied,
                Attack.tests(
                        Attack.of("TRACE", items.by("TRACE"), 405, items),
                        Attack.of("CONNECT", items.by("CONNECT"), 501, items),
                        Attack.of("a method of its own", items.by("STEAL"), 400, items),
                        Attack.of("a method in lower case", items.by("get"), 400, items),
                        Attack.of("a POST for a GET", items.by("POST"), 405, items),
                        Attack.of("a GET for a POST", victim.renew().by("GET"), 405, victim.renew()),
                        Attack.of(
                                "a GET that says it is a POST",
                                victim.renew().by("GET").with("X-HTTP-Method-Override: POST"),
                                405,
                                victim.renew()),
                        Attack.of(
                                "a POST that says it is a GET",
                                items.by("POST").with("X-HTTP-Method-Override: GET"),
                                405,
                                items),
                        Attack.of(
                                "a POST with _method",
                                items.by("POST").to(items.target() + "?_method=GET"),
                                405,
                                items)));
    }

    @TestFactory
    Stream<DynamicTest> paths() {
        String id = victim.attempt;
        return Attack.tests(
                path("a parameter in the path", "/v1/attempts/" + id + ";x=1/items", 400),
                path("a parameter at its end", "/v1/attempts/" + id + "/items;x", 400),
                path("an encoded semicolon", "/v1/attempts/" + id + "%3b/items", 400),
                path("an encoded slash", "/v1/attempts/" + id + "%2fitems", 400),
                path("an encoded slash, in capitals", "/v1/attempts%2F" + id + "/items", 400),
                path("a twice encoded slash", "/v1/attempts/" + id + "%252fitems", 400),
                path("a backslash", "/v1/attempts\\" + id + "/items", 400),
                path("an encoded backslash", "/v1/attempts%5c" + id + "/items", 400),
                path("a step up", "/v1/attempts/x/../" + id + "/items", 400),
                path("an encoded step up", "/v1/attempts/x/%2e%2e/" + id + "/items", 400),
                path("a step up out of claim", "/v1/attempts/claim/../" + id + "/items", 400),
                path("a step nowhere", "/v1/attempts/./" + id + "/items", 400),
                path("two slashes", "/v1//attempts/" + id + "/items", 400),
                path("two slashes before it", "//v1/attempts/" + id + "/items", 400),
                path("a slash at its end", "/v1/attempts/" + id + "/items/", 404),
                path("an ending", "/v1/attempts/" + id + "/items.json", 404),
                path("another case", "/V1/attempts/" + id + "/items", 403),
                path("another case of its last part", "/v1/attempts/" + id + "/Items", 404),
                path("a NUL", "/v1/attempts/" + id + "/items%00", 400),
                path("a line end", "/v1/attempts/" + id + "/items%0a", 400),
                path("a broken escape", "/v1/attempts/" + id + "/items%zz", 400),
                path("an escape that is no UTF-8", "/v1/attempts/" + id + "/items%c0%af", 400),
                path("a full-width letter", "/v1/attempts/" + id + "/%EF%BD%89tems", 404),
                path("a zero-width space", "/v1/attempts/" + id + "/items%E2%80%8B", 404),
                path("a dotless i", "/v1/attempts/" + id + "/%C4%B1tems", 404),
                path("a percent-encoded letter for an unknown one", "/v1/attempts/" + id + "/%69temz", 404),
                path("braces of the id", "/v1/attempts/%7B" + id + "%7D/items", 422),
                path("an id with shortened parts", "/v1/attempts/0-0-0-0-1/items", 404),
                path("the error page", "/error", 403),
                path("health, which is the public API's", "/actuator/health", 403),
                path("an asterisk", "*", 400),
                path("no slash before it", "v1/attempts/" + id + "/items", 400),
                path("a fragment", "/v1/attempts/" + id + "/items#x", 400));
    }

    private Attack path(String name, String target, int expected) {
        return Attack.of(name, items.to(target), expected, items);
    }

    @TestFactory
    Stream<DynamicTest> queries() {
        Call files = stores.to("/api/v1/stores/" + victim.store.name + "/files?limit=2");
        Call naked = Call.get(Listener.PUBLIC, "/api/v1/stores");
        String token = api.token(Listener.PUBLIC);
        return Attack.tests(
                Attack.of("a token in the query", naked.to("/api/v1/stores?access_token=" + token), 401, stores),
                Attack.of(
                        "a token in the query and one in the header",
                        stores.to("/api/v1/stores?access_token=" + token + "&access_token=" + token),
                        400,
                        stores),
                Attack.of(
                        "a token in a form",
                        Call.of(Listener.PUBLIC, "POST", "/api/v1/runs/" + victim.run.id + "/pause")
                                .with("Content-Type: application/x-www-form-urlencoded")
                                .sending(
                                        ("access_token=" + token).getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                        401,
                        stores.by("POST").to("/api/v1/runs/" + victim.run.id + "/pause")),
                Attack.of("a parameter twice", files.to(files.target() + "&limit=1000"), 400, files),
                Attack.of("a parameter twice, alike", files.to(files.target() + "&limit=2"), 400, files),
                Attack.of("a broken escape", files.to(files.target() + "&after=%zz"), 400, files));
    }

    @TestFactory
    Stream<DynamicTest> headers() {
        String good = victim.token();
        Call naked = Call.get(Listener.JOB, victim.path() + "/items");
        return Attack.tests(
                Attack.of("two tokens, the first good", naked.bearer(good).bearer("x.y.z"), 400, naked.bearer(good)),
                Attack.of("two tokens, the last good", naked.bearer("x.y.z").bearer(good), 400, naked.bearer(good)),
                Attack.of("the good token twice", naked.bearer(good).bearer(good), 400, naked.bearer(good)),
                Attack.of(
                        "two tokens in one header",
                        naked.with("Authorization: Bearer " + good + ", Bearer " + good),
                        401,
                        naked.bearer(good)),
                Attack.of(
                        "a space before the colon",
                        naked.with("Authorization : Bearer " + good),
                        400,
                        naked.bearer(good)),
                Attack.of("a NUL in a header", naked.bearer(good).with("X-Any: a\0b"), 400, naked.bearer(good)),
                Attack.of("two hosts", naked.bearer(good).with("Host: other"), 400, naked.bearer(good)),
                Attack.of(
                        "20,000 characters of header",
                        naked.bearer(good).with("X-Any: " + "a".repeat(20_000)),
                        400,
                        naked.bearer(good).with("X-Any: " + "a".repeat(1_000))),
                Attack.of(
                        "somebody before it who says whose it is",
                        naked.with("X-Forwarded-User: demo").with("X-Forwarded-Port: 1"),
                        401,
                        naked.bearer(good)),
                Attack.of(
                        "somebody before it who says which path",
                        naked.to("/v1/attempts/x").bearer(good).with("X-Original-URL: " + naked.target()),
                        404,
                        naked.bearer(good)));
    }

    @Test
    void headersThatClaimAnotherListenerChangeNothing() {
        Reply reply = items.with("X-Forwarded-Port: 443")
                .with("X-Forwarded-Host: evil")
                .with("Forwarded: host=evil")
                .send();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(String.join("\n", reply.headers()).toLowerCase(Locale.ROOT)).doesNotContain("evil");
    }

    @TestFactory
    Stream<DynamicTest> namesOfArtifacts() {
        Call good = victim.artifact(0, "a.jpg");
        return Attack.tests(
                name("a line end and a header", "a%0d%0aX-Evil:%201", 400),
                name("a line feed", "a%0aX-Evil:1", 400),
                name("a quotation mark", "a%22;x=%22b", 400),
                name("an encoded quotation mark", "a%22b", 422),
                name("a folder above", "..%2f..%2fa", 400),
                name("two dots", "..", 400),
                name("a dot first", ".a", 422),
                name("101 characters", "a".repeat(101), 422),
                name("another alphabet", "%D0%B0.jpg", 422),
                name("right to left", "a%E2%80%AEgpj.exe", 422),
                name("a space", "a%20b", 422),
                Attack.of(
                        "an extractor with a line end",
                        victim.artifact(0, "a").to(victim.path() + "/items/0/artifacts/no%0aop/a"),
                        400,
                        good),
                Attack.of(
                        "an extractor in capitals",
                        victim.artifact(0, "a").to(victim.path() + "/items/0/artifacts/NOOP/a"),
                        422,
                        good),
                Attack.of(
                        "a member of 1,025 characters",
                        victim.artifact(0, "a").to(good.target() + "?member=" + "a".repeat(1_025)),
                        422,
                        victim.artifact(0, "a").to(good.target() + "?member=" + "a".repeat(1_024))));
    }

    private Attack name(String what, String name, int expected) {
        return Attack.of(
                "an artifact's name: " + what, victim.artifact(0, name), expected, victim.artifact(0, "a.jpg"));
    }

    @Test
    void whatIsPublishedOfTheKeysIsTheirPublicPart() {
        Reply jwks = Call.get(Listener.CONTROL, "/oauth2/jwks").send();
        assertThat(jwks.status()).isEqualTo(200);
        assertThat(jwks.json().get("keys")).isNotEmpty();
        jwks.json().get("keys").forEach(key -> {
            assertThat(key.propertyNames()).doesNotContain("d", "k", "p", "q").contains("x", "y", "kid");
            assertThat(key.get("kty").asString()).isEqualTo("EC");
        });
        assertThat(jwks.json().get("keys").findValuesAsString("kid"))
                .contains(String.valueOf(Forgery.of(victim.token()).headers().get("kid")));
    }

    @TestFactory
    Stream<DynamicTest> keysArePublishedAndNothingElse() {
        Call jwks = Call.get(Listener.CONTROL, "/oauth2/jwks");
        return Attack.tests(
                Attack.of("keys at the job listener", jwks.on(Listener.JOB), 401, jwks),
                Attack.of("keys by POST", jwks.by("POST"), 401, jwks),
                Attack.of("keys in the query of another page", jwks.to("/oauth2/introspect?x=/oauth2/jwks"), 401, jwks),
                Attack.of(
                        "the authorization server's metadata",
                        jwks.to("/.well-known/oauth-authorization-server"),
                        401,
                        jwks));
    }
}
