package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Where tickets were claimed from is in the audit log, and however often one is shown it does not fill it. */
class ClaimAuditTest {
    private static final UUID DEPLOYMENT = new UUID(0, 0);

    private final RunningApi api = RunningApi.shared();
    private final Unit unit = Unit.of(1);
    private final UUID request = UUID.randomUUID();
    private final JsonNode opened = unit.open(request, 0);
    private final Agent agent = new Agent(opened);

    @Test
    void aClaimAndATheftAreLoggedForTheTenant() {
        agent.claim();
        assertThat(agent.thief().claim().status()).isEqualTo(409);
        assertThat(agent.claim().status()).isEqualTo(410);
        assertThat(lines(unit.tenant))
                .containsExactly(
                        "CLAIM attempt " + agent.attempt() + " 127.0.0.1 200",
                        "CLAIM attempt " + agent.attempt() + " 127.0.0.1 409",
                        "CLAIM attempt " + agent.attempt() + " 127.0.0.1 410");
    }

    @Test
    void whatIsNoTicketIsTheDeploymentsLineAndNoTenants() {
        int before = lines(DEPLOYMENT).size();
        assertThat(Agent.forger(UUID.fromString(agent.attempt())).claim().status())
                .isEqualTo(401);
        assertThat(lines(DEPLOYMENT)).hasSize(before + 1).last().isEqualTo("CLAIM no ticket 127.0.0.1 401");
        assertThat(lines(unit.tenant)).isEmpty();
    }

    @Test
    void whoeverShowsATicketAgainAndAgainFillsNoLog() {
        RunningApi strict = api.beside(Map.of("quarry.tries.lines-per-source", 2));
        try {
            String claim = "{\"ticket\":\"%s\",\"nonce\":\"%s\"}"
                    .formatted(opened.get("attempt").get("ticket").asString(), UUID.randomUUID());
            for (int i = 0; i < 5; i++) {
                assertThat(strict.post(Listener.JOB, "", "/v1/attempts/claim", claim)
                                .status())
                        .isEqualTo(200);
            }
            assertThat(lines(unit.tenant)).hasSize(2);
        } finally {
            strict.close();
        }
    }

    private List<String> lines(UUID tenant) {
        return api.superuser()
                .sql(
                        "select concat_ws(' ', what, object, address, status) from quarry.audit where tenant = ? and what = 'CLAIM' order by n")
                .param(tenant)
                .query(String.class)
                .list();
    }
}
