package dev.quarry.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quarry.proxy.listener.Listener;
import org.junit.jupiter.api.Test;

class ListenersTest {
    private final RunningApi api = RunningApi.shared();

    @Test
    void aTokenOfOneApiNeverOpensAnother() {
        String control = api.token(Listener.CONTROL);
        String people = api.token(Listener.PUBLIC);
        assertThat(api.get(Listener.PUBLIC, people, "/api/v1/nothing").status()).isEqualTo(404);
        assertThat(api.get(Listener.PUBLIC, control, "/api/v1/nothing").status())
                .isEqualTo(401);
        assertThat(api.get(Listener.CONTROL, control, "/control/v1/nothing").status())
                .isEqualTo(404);
        assertThat(api.get(Listener.CONTROL, people, "/control/v1/nothing").status())
                .isEqualTo(401);
        assertThat(api.get(Listener.JOB, people, "/v1/attempts/x/items").status())
                .isEqualTo(401);
        assertThat(api.get(Listener.JOB, control, "/v1/attempts/x/items").status())
                .isEqualTo(401);
    }

    @Test
    void anApiIsServedOnItsOwnListenerOnly() {
        String control = api.token(Listener.CONTROL);
        assertThat(api.get(Listener.PUBLIC, control, "/control/v1/nothing").status())
                .isEqualTo(401);
        assertThat(api.get(Listener.JOB, control, "/control/v1/nothing").status())
                .isEqualTo(401);
        assertThat(api.get(Listener.PUBLIC, "", "/actuator/health").status()).isEqualTo(200);
        assertThat(api.get(Listener.JOB, "", "/actuator/health").status()).isEqualTo(401);
    }
}
