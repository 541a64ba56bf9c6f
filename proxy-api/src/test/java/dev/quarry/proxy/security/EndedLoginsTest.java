package dev.quarry.proxy.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EndedLoginsTest {
    private final EndedLogins ended = RunningApi.shared().bean(EndedLogins.class);

    @Test
    void whatWouldBeRefusedForItsAgeIsForgottenAndNothingElse() {
        UUID old = UUID.randomUUID();
        UUID late = UUID.randomUUID();
        Instant now = Instant.now();
        ended.add(old, now.minusSeconds(90));
        ended.add(late, now.minusSeconds(30));
        assertThat(ended.has(old)).isTrue();
        ended.forget();
        assertThat(ended.has(old)).isFalse();
        assertThat(ended.has(late)).as("a clock may be behind").isTrue();
    }
}
