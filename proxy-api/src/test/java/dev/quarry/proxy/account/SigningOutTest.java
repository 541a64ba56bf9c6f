package dev.quarry.proxy.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signing out ends the log-in and not just the browser's memory of it: at each of two processes on one database. */
class SigningOutTest {
    private static final RunningApi API = RunningApi.shared();
    private static final RunningApi OTHER = API.beside(Map.of());

    private final String account = People.account("demo", Role.VIEWER, null);
    private final Browser browser = new Browser(API);
    private final Browser twin = new Browser(API);

    @AfterAll
    static void close() {
        OTHER.close();
    }

    @BeforeEach
    void signedIn() {
        browser.code("demo", account, People.PASSWORD);
        twin.code("demo", account, People.PASSWORD);
    }

    @Test
    void aCopyOfTheCookieIsWorthlessAtEachProcessAndAnotherLogInOfThePersonIsNot() {
        List<Browser> copies = List.of(browser.copied(API), browser.copied(OTHER));
        assertThat(copies).allMatch(Browser::isSignedIn);
        assertThat(browser.signOut().status()).isEqualTo(302);
        assertThat(copies).noneMatch(Browser::isSignedIn);
        assertThat(List.of(twin, twin.copied(OTHER))).allMatch(Browser::isSignedIn);
    }

    @Test
    void signingOutTwiceIsSigningOutOnce() {
        Browser replyLost = browser.copied(OTHER);
        Browser copy = browser.copied(API);
        browser.signOut();
        assertThat(replyLost.signOut().status()).isEqualTo(302);
        assertThat(browser.signOut().status()).as("without the cookie").isEqualTo(302);
        assertThat(List.of(browser, replyLost, copy)).noneMatch(Browser::isSignedIn);
        assertThat(twin.isSignedIn()).isTrue();
    }

    @Test
    void whoSignsInAnewLeavesNoOldLogInBehind() {
        Browser copy = browser.copied(OTHER);
        browser.signIn("demo", account, People.PASSWORD);
        assertThat(copy.isSignedIn()).isFalse();
        assertThat(browser.isSignedIn()).isTrue();
    }

    @Test
    void whoeverFailsToSignInStaysWhoTheyWere() {
        assertThat(browser.signIn("demo", account, "wrong wrong wrong").status())
                .isEqualTo(401);
        assertThat(browser.isSignedIn()).isTrue();
    }

    @Test
    void anAddressOfOursThatAnotherSiteCallsSignsNobodyOut() {
        assertThat(browser.post("/logout", Map.of()).status()).isEqualTo(403);
        assertThat(browser.isSignedIn()).isTrue();
    }
}
