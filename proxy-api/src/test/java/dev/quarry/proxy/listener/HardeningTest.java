package dev.quarry.proxy.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HardeningTest {
    private final RunningApi api = RunningApi.shared();
    private final String people = api.token(Listener.PUBLIC);

    @Test
    void everyAnswerHasStrictHeaders() {
        List<Answer> answers = List.of(
                api.get(Listener.PUBLIC, people, "/api/v1/stores"),
                api.get(Listener.PUBLIC, people, "/api/v1/search?q=a"),
                api.get(Listener.PUBLIC, "", "/api/v1/stores"),
                api.get(Listener.PUBLIC, "", "/nowhere"),
                api.get(Listener.CONTROL, api.token(Listener.CONTROL), "/control/v1/nothing"),
                api.get(Listener.JOB, "", "/v1/attempts/x/items"),
                api.post(Listener.JOB, "", "/v1/attempts/claim", "{}"),
                tokenAnswer());
        for (Answer answer : answers) {
            String where = answer.response().uri().toString();
            assertThat(header(answer, "Content-Security-Policy"))
                    .as(where)
                    .contains("default-src 'none'", "frame-ancestors 'none'");
            assertThat(header(answer, "X-Content-Type-Options")).as(where).isEqualTo("nosniff");
            assertThat(header(answer, "X-Frame-Options")).as(where).isEqualTo("DENY");
            assertThat(header(answer, "Referrer-Policy")).as(where).isEqualTo("no-referrer");
            assertThat(header(answer, "Cache-Control")).as(where).contains("no-store");
            assertThat(header(answer, "Server")).as(where).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "gzip, identity"})
    void aCompressedBodyIsRefusedBeforeItIsUnpacked(String encoding) {
        for (Listener listener : EnumSet.complementOf(EnumSet.of(Listener.ARTIFACTS))) { // which takes no bodies
            String path = switch (listener) {
                case CONTROL -> "/control/v1/runs";
                case JOB -> "/v1/attempts/claim";
                case PUBLIC, ARTIFACTS -> "/api/v1/stores";
            };
            String token = listener == Listener.JOB ? "" : api.token(listener);
            assertThat(encoded(listener, token, path, encoding).status())
                    .as(path)
                    .isEqualTo(415);
            assertThat(encoded(listener, token, path, "identity").status())
                    .as(path)
                    .isEqualTo(422);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, /api/v1/stores, 403",
        "PATCH, /api/v1/stores, 403",
        "HEAD, /api/v1/stores, 403",
        "OPTIONS, /api/v1/stores, 403",
        "GET, /api/v1/stores, 200",
        "GET, /api/v1/stores/, 404",
        "GET, /API/v1/stores, 403",
        "GET, /api/v2/stores, 403",
        "GET, /api/v1//stores, 400",
        "GET, /api/v1/x/..%2fstores, 400",
        "GET, /api/v1/stores;x=1, 400",
        "GET, /control/v1/runs, 403",
        "GET, /v1/attempts/claim, 403",
        "GET, /actuator/prometheus, 403",
        "GET, /actuator/env, 403",
        "GET, /error, 403",
        "GET, /oauth2/introspect, 403",
        "GET, /.well-known/oauth-authorization-server, 403"
    })
    void whatIsNoRouteIsRefused(String method, String path, int status) {
        HttpRequest request = api.request(Listener.PUBLIC, people, path)
                .header("X-HTTP-Method-Override", "GET")
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(api.send(request).status()).as(method + " " + path).isEqualTo(status);
    }

    @Test
    void aTokenInTheAddressIsNone() {
        assertThat(api.get(Listener.PUBLIC, "", "/api/v1/stores?access_token=" + people)
                        .status())
                .isEqualTo(401);
    }

    private Answer encoded(Listener listener, String token, String path, String encoding) {
        return api.send(api.request(listener, token, path)
                .header("Content-Type", "application/json")
                .header("Content-Encoding", encoding)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build());
    }

    private Answer tokenAnswer() {
        return api.send(HttpRequest.newBuilder(URI.create(api.url(Listener.PUBLIC) + "/oauth2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                .build());
    }

    private static String header(Answer answer, String name) {
        return answer.response().headers().firstValue(name).orElse("");
    }
}
