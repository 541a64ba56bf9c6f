package dev.quarry.proxy.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.Eventually;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoginTest {
    private final RunningApi api = RunningApi.shared();
    private final String account = People.account("demo", Role.VIEWER, null);

    @Test
    void aPersonSignsInAndGetsATokenThatOpensThePublicApiOnly() {
        String token = Browser.token(api, "demo", account, People.PASSWORD);
        assertThat(api.get(Listener.PUBLIC, token, "/api/v1/stores").status()).isEqualTo(200);
        assertThat(api.get(Listener.CONTROL, token, "/control/v1/nothing").status())
                .isEqualTo(401);
        assertThat(api.get(Listener.JOB, token, "/v1/attempts/x/items").status())
                .isEqualTo(401);
    }

    @Test
    void aCodeNeedsItsVerifierAndIsRedeemedOnce() {
        Browser browser = new Browser(api);
        String code = browser.code("demo", account, People.PASSWORD);
        assertThat(browser.redeem(code, "another-verifier-another-verifier-another-verifier")
                        .status())
                .isEqualTo(400);
        Browser second = new Browser(api);
        String good = second.code("demo", account, People.PASSWORD);
        assertThat(second.redeem(good).status()).isEqualTo(200);
        assertThat(second.redeem(good).status()).isEqualTo(400);
    }

    @Test
    void withoutPkceOrWithAPlainChallengeThereIsNoCode() {
        Browser browser = new Browser(api);
        browser.code("demo", account, People.PASSWORD);
        for (Map<String, String> bad : List.of(
                Map.of("code_challenge", "", "code_challenge_method", ""),
                Map.of("code_challenge_method", "plain"),
                Map.of("response_type", "token"))) {
            Answer answer = browser.authorize(bad);
            assertThat(Browser.location(answer)).as(bad.toString()).doesNotContain("code=");
        }
    }

    @Test
    void aBrowserIsSentToNoForeignAddress() {
        Browser browser = new Browser(api);
        browser.code("demo", account, People.PASSWORD);
        for (String foreign : new String[] {
            "https://evil.example/callback",
            "http://127.0.0.1.evil.example/callback",
            "http://localhost/callback",
            "http://127.0.0.1/other"
        }) {
            Answer answer = browser.authorize(Map.of("redirect_uri", foreign));
            assertThat(answer.status()).as(foreign).isEqualTo(400);
            assertThat(answer.response().headers().firstValue("Location")).isEmpty();
        }
        assertThat(browser.authorize().status()).isEqualTo(302);
    }

    @Test
    void whatIsWrongIsNotSaid() {
        List<String> pages = new ArrayList<>();
        for (String[] wrong : new String[][] {
            {"demo", account, "wrong wrong wrong"},
            {"demo", "nobody", People.PASSWORD},
            {"nowhere", account, People.PASSWORD},
            {"demo", account, ""},
            {"\0", account, People.PASSWORD},
            {"demo", "\0", People.PASSWORD},
            {"demo", account, "x".repeat(10_000)}
        }) {
            Answer answer = new Browser(api).signIn(wrong[0], wrong[1], wrong[2]);
            assertThat(answer.status()).isEqualTo(401);
            pages.add(answer.body().replaceAll("value=\"[^\"]*\"", ""));
        }
        assertThat(pages).containsOnly(pages.get(0));
        assertThat(pages.get(0))
                .contains("Tenant, account or password is wrong.")
                .doesNotContain(account);
    }

    /** An unknown account costs a hash as a known one does: without it the answer is some ten times faster. */
    @Test
    void anUnknownAccountTakesAsLongAsAWrongPassword() {
        List<Long> known = new ArrayList<>();
        List<Long> unknown = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            known.add(nanos(account));
            unknown.add(nanos("nobody" + i));
        }
        known.sort(null);
        unknown.sort(null);
        assertThat(unknown.get(3) * 1.0 / known.get(3)).isBetween(0.5, 2.0);
    }

    private long nanos(String name) {
        Browser browser = new Browser(api);
        browser.page();
        long before = System.nanoTime();
        browser.signIn("demo", name, "wrong wrong wrong");
        return System.nanoTime() - before;
    }

    @Test
    void aFormThatIsNotOursIsRefused() {
        Browser browser = new Browser(api);
        browser.page();
        Answer answer =
                browser.post("/login", Map.of("tenant", "demo", "account", account, "password", People.PASSWORD));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(browser.signIn("demo", account, People.PASSWORD).status()).isEqualTo(302);
    }

    @Test
    void thePageIsPlainAndOnlyWhoSignedInIsRemembered() {
        Browser browser = new Browser(api);
        Answer page = browser.page();
        assertThat(page.body()).doesNotContain("<script").doesNotContain("style");
        assertThat(header(page, "Content-Security-Policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'self' http://127.0.0.1:*");
        assertThat(header(page, "X-Frame-Options")).isEqualTo("DENY");
        assertThat(header(page, "Cache-Control")).contains("no-store");
        assertThat(header(page, "Set-Cookie")).startsWith("XSRF-TOKEN=").contains("HttpOnly", "SameSite=Lax");
        browser.authorize();
        assertThat(browser.signIn("demo", account, "wrong wrong wrong").status())
                .isEqualTo(401);
        assertThat(cookies(browser)).doesNotContain("quarry_login");
        Answer signedIn = browser.signIn("demo", account, People.PASSWORD);
        assertThat(cookies(browser)).contains("quarry_login").doesNotContain("JSESSIONID");
        assertThat(signedIn.response().headers().allValues("Set-Cookie"))
                .anySatisfy(
                        cookie -> assertThat(cookie).startsWith("quarry_login=").contains("HttpOnly", "SameSite=Lax"));
    }

    @Test
    void whatTheBrowserHoldsOpensNoApiAndAnAccessTokenIsNoLogin() {
        Browser browser = new Browser(api);
        String token = browser.redeem(browser.code("demo", account, People.PASSWORD))
                .json()
                .get("access_token")
                .asString();
        String held = browser.cookie("quarry_login").getValue();
        for (Listener listener : Listener.values()) {
            assertThat(api.get(listener, held, "/api/v1/stores").status())
                    .as(listener.name())
                    .isEqualTo(401);
        }
        assertThat(Browser.location(browser.authorize())).contains("code=");
        browser.cookie("quarry_login").setValue(token);
        assertThat(Browser.location(browser.authorize())).endsWith("/login");
    }

    @Test
    void thePageSignsOutWhoIsSignedInAndNobodyElse() {
        Browser browser = new Browser(api);
        assertThat(browser.page().body()).doesNotContain("/logout");
        browser.signIn("demo", account, People.PASSWORD);
        assertThat(browser.page().body())
                .contains("action=\"/logout\"", "You are signed in as " + account + " of tenant demo.")
                .doesNotContain("action=\"/login\"", "name=\"password\"");
        assertThat(browser.signOut().status()).isEqualTo(302);
        assertThat(browser.page().body()).doesNotContain("/logout");
        assertThat(cookies(browser)).doesNotContain("quarry_login");
    }

    @Test
    void aLogInThatIsWorthlessIsNotShownAsOne() {
        Browser browser = new Browser(api);
        browser.signIn("demo", account, People.PASSWORD);
        api.superuser()
                .sql("update quarry.account set credential = credential + 1 where name = ?")
                .param(account)
                .update();
        assertThat(browser.page().body()).contains("action=\"/login\"").doesNotContain(account);
        assertThat(Browser.location(browser.authorize()))
                .as("a code would be for a token that no API takes")
                .endsWith("/login");
    }

    @Test
    void aWrongPasswordKeepsTheOtherFieldsAndIsReadOutWithItsOwn() {
        Answer refused = new Browser(api).signIn("demo", "\"><b>" + account, "wrong & wrong & wrong");
        assertThat(refused.body())
                .contains("name=\"tenant\" value=\"demo\"", "value=\"&quot;&gt;&lt;b&gt;" + account + "\"")
                .containsPattern("name=\"password\"[^>]* autofocus aria-describedby=\"problem\"")
                .contains("<p id=\"problem\">Tenant, account or password is wrong.</p>")
                .doesNotContain("wrong &amp; wrong", "wrong & wrong", "<b>");
        assertThat(new Browser(api).page().body())
                .contains("<main>", "name=\"viewport\"")
                .containsPattern("name=\"tenant\"[^>]* autofocus")
                .doesNotContain("problem");
    }

    @Test
    void afterAWhileThePasswordIsAskedForAgain() {
        RunningApi brief = api.beside(Map.of("quarry.login.session", "1s"));
        try {
            Browser browser = new Browser(brief);
            browser.code("demo", account, People.PASSWORD);
            Eventually.holds(
                    "the log-in is over",
                    () -> Browser.location(browser.authorize()).endsWith("/login"));
        } finally {
            brief.close();
        }
    }

    @Test
    void tooManyAttemptsOnAnAccountOrFromAnAddressMustWait() {
        RunningApi strict =
                api.beside(Map.of("quarry.tries.logins-per-account", 3, "quarry.tries.logins-per-address", 5));
        try {
            Browser browser = new Browser(strict);
            for (int i = 0; i < 3; i++) {
                assertThat(browser.signIn("demo", account, "wrong wrong wrong").status())
                        .isEqualTo(401);
            }
            Answer refused = browser.signIn("demo", account, People.PASSWORD);
            assertThat(refused.status()).as("the right password too").isEqualTo(429);
            assertThat(Integer.parseInt(header(refused, "Retry-After"))).isBetween(1, 60);
            assertThat(refused.body()).contains("try again in " + header(refused, "Retry-After") + " s.");
            assertThat(browser.signIn("demo", "other", "wrong wrong wrong").status())
                    .isEqualTo(401);
            assertThat(browser.signIn("demo", "another", "wrong wrong wrong").status())
                    .as("the sixth from this address")
                    .isEqualTo(429);
        } finally {
            strict.close();
        }
    }

    private static List<String> cookies(Browser browser) {
        return browser.cookies.getCookieStore().getCookies().stream()
                .map(java.net.HttpCookie::getName)
                .toList();
    }

    private static String header(Answer answer, String name) {
        return answer.response().headers().firstValue(name).orElse("");
    }
}
