package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtValidationException;

class VerifiedTokensTest {
    private static final Duration SKEW = Duration.ofSeconds(5);

    private boolean keyIsGood = true;
    private final AtomicInteger verified = new AtomicInteger();

    @Test
    void aTokenIsVerifiedOnce() {
        VerifiedTokens tokens = tokens(Instant.now().plusSeconds(60));
        tokens.decode("one");
        tokens.decode("one");
        assertThat(verified).hasValue(1);
        tokens.decode("another");
        assertThat(verified).hasValue(2);
    }

    @Test
    void aTokenKnownToBeGoodIsRefusedOnceItsTimeIsOver() {
        VerifiedTokens tokens = tokens(Instant.now().minus(SKEW).minusSeconds(1));
        tokens.decode("one");
        assertThatThrownBy(() -> tokens.decode("one")).isInstanceOf(JwtValidationException.class);
    }

    @Test
    void aTokenThatWasRefusedIsNotRemembered() {
        VerifiedTokens tokens = new VerifiedTokens(
                token -> {
                    verified.incrementAndGet();
                    throw new BadJwtException("forged");
                },
                SKEW,
                known -> true);
        assertThatThrownBy(() -> tokens.decode("one")).isInstanceOf(BadJwtException.class);
        assertThatThrownBy(() -> tokens.decode("one")).isInstanceOf(BadJwtException.class);
        assertThat(verified).hasValue(2);
    }

    @Test
    void whatAKeyVerifiedIsForgottenWithTheKey() {
        VerifiedTokens tokens = tokens(Instant.now().plusSeconds(60));
        tokens.decode("token");
        tokens.decode("token");
        assertThat(verified).hasValue(1);
        keyIsGood = false;
        tokens.decode("token");
        assertThat(verified).hasValue(2);
    }

    /** The decoder behind checks no times, so what is refused is refused by the memory itself. */
    private VerifiedTokens tokens(Instant expires) {
        return new VerifiedTokens(
                token -> {
                    verified.incrementAndGet();
                    return Jwt.withTokenValue(token)
                            .header("alg", "ES256")
                            .issuedAt(expires.minusSeconds(600))
                            .expiresAt(expires)
                            .build();
                },
                SKEW,
                known -> keyIsGood);
    }
}
