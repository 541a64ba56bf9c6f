package dev.quarry.proxy.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DatabaseAwayTest {
    @Test
    void withoutTheDatabaseEverythingIs503Soon() throws Exception {
        RunningApi api = RunningApi.own();
        String operator = api.operatorToken();
        api.post(
                Listener.PUBLIC,
                operator,
                "/api/v1/operator/tenants/demo/accounts",
                "{\"name\":\"ann\",\"password\":\"%s\",\"role\":\"VIEWER\"}".formatted(People.PASSWORD));
        String person = Browser.token(api, "demo", "ann", People.PASSWORD);
        String worker = api.token(Listener.CONTROL);
        Browser browser = new Browser(api);
        Browser signedIn = new Browser(api);
        signedIn.code("demo", "ann", People.PASSWORD);
        assertThat(api.get(Listener.PUBLIC, person, "/api/v1/stores").status()).isEqualTo(200);

        api.postgres().close();

        is503(() -> api.get(Listener.PUBLIC, person, "/api/v1/stores"));
        is503(() -> api.get(Listener.PUBLIC, operator, "/api/v1/operator/keys"));
        is503(() -> api.get(Listener.CONTROL, worker, "/control/v1/runs/00000000-0000-0000-0000-000000000001"));
        is503(() -> api.post(
                Listener.JOB,
                "",
                "/v1/attempts/claim",
                "{\"ticket\":\"qt_%s\",\"nonce\":\"a-nonce-of-enough-characters\"}".formatted("A".repeat(64))));
        is503(signedIn::authorize);
        is503(signedIn::page);
        is503(() -> browser.signIn("demo", "ann", People.PASSWORD));
        is503(() -> api.send(HttpRequest.newBuilder(URI.create(api.url(Listener.PUBLIC) + "/oauth2/token"))
                .header("Authorization", api.basic("quarry-local"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&scope=read"))
                .build()));
        api.close();
    }

    private static void is503(Supplier<Answer> call) {
        Instant before = Instant.now();
        Answer answer = call.get();
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(4));
        assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
    }
}
