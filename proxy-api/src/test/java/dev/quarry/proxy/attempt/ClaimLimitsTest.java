package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.RunningApi.Answer;
import dev.quarry.proxy.listener.Listener;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ClaimLimitsTest {
    @Test
    void whoGuessesTicketsMustWaitAndAgentsOfOneAddressNeedNot() {
        RunningApi strict = RunningApi.shared().beside(Map.of("quarry.tries.bad-claims-per-address", 3));
        try {
            for (int i = 0; i < 10; i++) {
                assertThat(claim(strict, ticket()).status()).isEqualTo(200);
            }
            for (int i = 0; i < 3; i++) {
                assertThat(claim(strict, "qt_guess" + i).status()).isEqualTo(401);
            }
            Answer refused = claim(strict, "qt_guess");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.json().get("code").asString()).isEqualTo("too_many");
            assertThat(Integer.parseInt(refused.response()
                            .headers()
                            .firstValue("Retry-After")
                            .orElse("0")))
                    .isBetween(1, 60);
            assertThat(claim(strict, forged(ticket())).status())
                    .as("a ticket for a real attempt, with another's seal")
                    .isEqualTo(429);
            for (int i = 0; i < 10; i++) {
                assertThat(claim(strict, ticket()).status())
                        .as("an agent at the guesser's address")
                        .isEqualTo(200);
            }
            assertThat(claim(strict, "qt_guess").status()).isEqualTo(429);
        } finally {
            strict.close();
        }
    }

    private static String ticket() {
        return Unit.of(1)
                .open(UUID.randomUUID(), 0)
                .get("attempt")
                .get("ticket")
                .asString();
    }

    private static String forged(String ticket) {
        String end = ticket.substring(ticket.length() - 6);
        return ticket.substring(0, ticket.length() - 6) + (end.equals("AAAAAA") ? "BBBBBB" : "AAAAAA");
    }

    private static Answer claim(RunningApi api, String ticket) {
        return api.post(
                Listener.JOB,
                "",
                "/v1/attempts/claim",
                "{\"ticket\":\"" + ticket + "\",\"nonce\":\"" + UUID.randomUUID() + "\"}");
    }
}
