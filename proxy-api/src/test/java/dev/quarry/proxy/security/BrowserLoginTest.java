package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrowserLoginTest {
    @Test
    void aFormMayLeadToEachRedirectAsBrowsersKnowIt() {
        assertThat(BrowserLogin.redirects(List.of(
                        "http://127.0.0.1/callback",
                        "http://[::1]/callback",
                        "https://app.example/callback",
                        "https://app.example:8443/callback",
                        "myapp:/callback",
                        "myapp:/other")))
                .isEqualTo("http://127.0.0.1:* http://[::1]:* https://app.example https://app.example:8443 myapp:");
    }

    @Test
    void aRedirectThatNamesNoProgramIsRefused() {
        for (String wrong : List.of("callback", "/callback", "http:/callback", "https://under_score/callback")) {
            assertThatThrownBy(() -> new Login(List.of(wrong), Duration.ofHours(1)))
                    .hasMessageContaining("QUARRY_LOGIN_REDIRECTURIS has '" + wrong + "'");
        }
    }
}
