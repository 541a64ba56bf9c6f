package dev.quarry.proxy.account;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Two processes behind one address, and nothing that sends a browser to the same one again. */
class LoginAtTwoProcessesTest {
    private static final int REDEMPTIONS = 16;
    private static final RunningApi API = RunningApi.shared();
    private static final RunningApi OTHER = API.beside(Map.of());

    private final String account = People.account("demo", Role.VIEWER, null);

    @AfterAll
    static void close() {
        OTHER.close();
    }

    @Test
    void aPersonSignsInThoughEachRequestGoesToTheOtherProcess() {
        for (RunningApi[] order : new RunningApi[][] {{API, OTHER}, {OTHER, API}}) {
            Browser browser = new Browser(order);
            Answer token = browser.redeem(browser.code("demo", account, People.PASSWORD));
            assertThat(token.status()).as(token.body()).isEqualTo(200);
            String value = token.json().get("access_token").asString();
            assertThat(OTHER.get(Listener.PUBLIC, value, "/api/v1/stores").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void whoSignedInAtOneGetsTheNextCodeAtTheOtherWithoutAPassword() {
        Browser browser = new Browser(API, OTHER);
        browser.code("demo", account, People.PASSWORD);
        for (int i = 0; i < 2; i++) {
            assertThat(Browser.location(browser.authorize())).contains("code=");
        }
    }

    @Test
    void whoSignsOutAtOneIsSignedOutAtTheOther() {
        Browser browser = new Browser(API, OTHER);
        browser.code("demo", account, People.PASSWORD);
        assertThat(browser.signOut().status()).isEqualTo(302);
        for (int i = 0; i < 2; i++) {
            assertThat(Browser.location(browser.authorize())).endsWith("/login");
        }
    }

    @Test
    void ofManyRedemptionsOfOneCodeAtBothOneGetsAToken() throws Exception {
        Browser browser = new Browser(API, OTHER);
        String code = browser.code("demo", account, People.PASSWORD);
        Callable<Answer> redemption = () -> browser.redeem(code);
        ExecutorService pool = Executors.newFixedThreadPool(REDEMPTIONS);
        try {
            List<Integer> statuses = new ArrayList<>();
            for (Future<Answer> answer : pool.invokeAll(nCopies(REDEMPTIONS, redemption))) {
                statuses.add(answer.get().status());
            }
            assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 400);
        } finally {
            pool.shutdown();
        }
    }
}
