package dev.quarry.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.Eventually;
import dev.quarry.proxy.RunningApi;
import dev.quarry.proxy.listener.Listener;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TicketKeysTest {
    private final RunningApi api = RunningApi.shared();

    @Test
    void ticketsOfThePreviousKeyAreGoodUntilItIsRetired() {
        Unit early = Unit.of(1);
        Unit late = Unit.of(1);
        UUID request = UUID.randomUUID();
        JsonNode opened = early.open(request, 0);
        UUID waiting = UUID.randomUUID();
        JsonNode neverClaimed = late.open(waiting, 0);
        Unit queued = Unit.of(1);
        UUID submitted = UUID.randomUUID();
        queued.handle(queued.open(submitted, 0).get("attempt").get("attempt").asString(), "job-1");
        int version = current();
        rotate(version);
        assertThat(early.open(request, 0).get("attempt").get("ticket").asString())
                .as("a repeated open gives the very same ticket")
                .isEqualTo(opened.get("attempt").get("ticket").asString());
        assertThat(new Agent(opened).claim().status()).isEqualTo(200);

        Unit next = Unit.of(1);
        JsonNode underNext = next.open(UUID.randomUUID(), 0);
        assertThat(keyVersion(next)).isEqualTo(version + 1);
        assertThat(keyVersion(early)).isEqualTo(version);
        assertThat(new Agent(underNext).claim().status()).isEqualTo(200);

        api.superuser()
                .sql(
                        "update quarry.sealed_key set since = now() - interval '3 hours' where purpose = 'TICKET' and state = 'PREVIOUS'")
                .update();
        Eventually.holds("the key is retired", () -> state(version).equals("RETIRED"));
        Eventually.holds(
                "the process has forgotten it",
                () -> api.bean(TicketKeys.class).key(version).isEmpty());
        assertThat(new Agent(neverClaimed).claim().status()).isEqualTo(401);

        assertThat(late.open(waiting, 0).get("answer").asString())
                .as("there is no ticket to submit it with")
                .isEqualTo("CLOSED");
        assertThat(late.open(UUID.randomUUID(), 1).get("answer").asString()).isEqualTo("OPEN");
        JsonNode attached = queued.open(submitted, 0);
        assertThat(attached.get("answer").asString()).isEqualTo("OPEN");
        assertThat(attached.get("attempt").get("ticket").isNull()).isTrue();
    }

    private int keyVersion(Unit unit) {
        return api.superuser()
                .sql("select ticket_key_version from quarry.job_attempt where unit = ?")
                .param(unit.id)
                .query(Integer.class)
                .single();
    }

    private String state(int version) {
        return api.superuser()
                .sql("select state from quarry.sealed_key where purpose = 'TICKET' and version = ?")
                .param(version)
                .query(String.class)
                .single();
    }

    private int current() {
        return api.superuser()
                .sql("select version from quarry.sealed_key where purpose = 'TICKET' and state = 'CURRENT'")
                .query(Integer.class)
                .single();
    }

    private void rotate(int from) {
        assertThat(api.post(
                                Listener.PUBLIC,
                                api.operatorToken(),
                                "/api/v1/operator/keys/ticket/rotate",
                                "{\"from\":" + from + "}")
                        .status())
                .isEqualTo(200);
    }
}
